# The life of a package under Wine, told line by line; run by test_package.py. $1: old package, $2: new package,
# $3, $4: what is told at the first installation and at the removal. Changes to drive C: go to memory.
old=$1 new=$2 given=$3 at_end=$4
export WINEDEBUG=-all
c=/wine/drive_c
install() { timeout 400 /usr/bin/wine msiexec "$@"; echo "exit $?"; wineserver -w; }
state() {
  echo "== $1"
  find "$c/Program Files/Chorale" "$c/users/root/AppData/Local/Programs" "/scratch/Programme für alle" -type f -printf 'file %p\n' 2>/dev/null | grep -E 'chorale(-cli)?\.exe|sbom|demo/config'
  find "$c/Program Files/Chorale" "$c/users/root/AppData/Local/Programs/Chorale" "/scratch/Programme für alle" -type f 2>/dev/null | wc -l | sed 's/^/files /'
  find "$c" -name 'Chorale*.lnk' -printf 'shortcut %p\n' 2>/dev/null
  find "$c/users/root/AppData/Local/Chorale" -type f -printf 'data %p\n' 2>/dev/null
  find "$c/refused.log" -size +1k -printf 'log %p\n' 2>/dev/null
  for hive in HKLM HKCU; do
    for key in 'Software\Chorale' 'Software\Policies\Chorale'; do
      wine reg query "$hive\\$key" /reg:64 2>/dev/null | tr -d '\r' | grep REG_ | sed "s/^ */registry $hive\\\\${key//\\/\\\\} /"
    done
    wine reg query "$hive\\Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall" /s /reg:64 2>/dev/null | tr -d '\r' |
      grep -E 'Display(Name|Version)|InstallLocation|UninstallString|Publisher|NoModify' | sed "s/^ */arp $hive /"
  done
}
mkdir -p "$c/users/root/AppData/Local/Chorale/models"
echo kept > "$c/users/root/AppData/Local/Chorale/models/kept.txt"

install /i "$old" /qn $given; state installed
install /i "$new" /qn; state upgraded
install /i "$old" /qn /l*v 'C:\refused.log'; state downgrade
rm "$c/Program Files/Chorale/sbom.cdx.json" "$c/users/root/AppData/Local/Programs/Chorale/sbom.cdx.json" 2>/dev/null
state damaged
install /i "$new" REINSTALL=ALL REINSTALLMODE=omus /qn; state repaired
install /x "$new" /qn $at_end; state removed
