; setup.exe for people: shows the licence, then lets Windows Installer install the MSI inside, for this user.
; What follows on its command line goes to Windows Installer; /S is silent. Its exit code is Windows Installer's.

Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS Win10
SetCompress off ; the MSI is compressed already
RequestExecutionLevel user

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "WordFunc.nsh"
!include "x64.nsh"
!include "WinVer.nsh"

Name "Chorale"
OutFile "${OUTPUT}"
BrandingText "Chorale ${VERSION}"
ShowInstDetails nevershow

VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Chorale"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "CompanyName" "Chorale"
VIAddVersionKey "FileDescription" "Chorale Setup"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "Apache License 2.0"

!define MUI_ICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$LOCALAPPDATA\Programs\Chorale\chorale.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Open Chorale"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString tooOld ${LANG_ENGLISH} "Chorale needs Windows 10 (version 1809) or later, 64-bit."
LangString tooOld ${LANG_GERMAN} "Chorale braucht Windows 10 (Version 1809) oder neuer, 64 Bit."
LangString failed ${LANG_ENGLISH} "Windows Installer could not install Chorale (error $0). Nothing was changed."
LangString failed ${LANG_GERMAN} "Windows Installer konnte Chorale nicht installieren (Fehler $0). Es wurde nichts geändert."


Function .onInit
  ${IfNot} ${RunningX64}
  ${OrIfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "$(tooOld)" /SD IDOK
    SetErrorLevel 1150
    Quit
  ${EndIf}
FunctionEnd

Section
  InitPluginsDir
  SetOutPath "$PLUGINSDIR"
  File "/oname=Chorale.msi" "${MSI}"
  ${GetParameters} $R0
  ${If} ${Silent}
    StrCpy $R1 "/qn"
    ${WordReplace} "$R0 " "/S " "" "+" $R0
  ${Else}
    StrCpy $R1 "/qb-!"
  ${EndIf}
  ExecWait '"$SYSDIR\msiexec.exe" /i "$PLUGINSDIR\Chorale.msi" $R1 /norestart $R0' $0
  SetOutPath "$TEMP"
  ${If} $0 != 0
  ${AndIf} $0 != 3010
    MessageBox MB_OK|MB_ICONSTOP "$(failed)" /SD IDOK
    SetErrorLevel $0
    Quit
  ${EndIf}
  SetErrorLevel $0
SectionEnd
