#!/bin/sh
# Builds Wine's wined3d.dll once more, from Debian's source package, able to read DXIL shaders; run by `directml`
# inside the Debian. Leaves /src/wined3d.dll. The steps are those of Debian's own build, with options that
# leave out what this one library does not need.
set -eu
jobs=$1

rm -rf /src
mkdir /src
cd /src
apt-get source -q wine
cd wine-*/
autoreconf --force --install
debian/rules override_dh_auto_configure CONFLAGS="--enable-win64 --with-mingw --disable-tests ZLIB_PE_LIBS=z \
  --without-x --without-freetype --without-vulkan --without-opengl --without-gnutls --without-gstreamer \
  CFLAGS=-O1 CROSSCFLAGS='-O2 -DVKD3D_SHADER_UNSUPPORTED_DXIL'"
make -j"$jobs" dlls/wined3d/x86_64-windows/wined3d.dll
cp dlls/wined3d/x86_64-windows/wined3d.dll /src/
