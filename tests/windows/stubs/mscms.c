/* Stands in for mscms.dll: colour profiles. Qt's window plugin asks for the screen's, and in Wine 10 one of
   these functions ends the process. "There is none" is an answer that Windows gives, too. */

#include <windows.h>

#define API __declspec(dllexport)

API HANDLE WINAPI OpenColorProfileW(void *profile, DWORD access, DWORD share, DWORD creation) {
  (void)profile, (void)access, (void)share, (void)creation;
  SetLastError(ERROR_FILE_NOT_FOUND);
  return NULL;
}

API HANDLE WINAPI WcsCreateIccProfile(HANDLE profile, DWORD options) {
  (void)profile, (void)options;
  SetLastError(ERROR_FILE_NOT_FOUND);
  return NULL;
}

API BOOL WINAPI GetColorProfileFromHandle(HANDLE profile, BYTE *data, DWORD *size) {
  (void)profile, (void)data, (void)size;
  SetLastError(ERROR_INVALID_HANDLE);
  return FALSE;
}

API BOOL WINAPI CloseColorProfile(HANDLE profile) {
  (void)profile;
  return TRUE;
}
