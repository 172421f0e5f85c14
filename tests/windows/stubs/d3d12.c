/* Stands in front of Wine's d3d12.dll, which lies beside it as d3d12_wine.dll, for three answers that DirectML
   and ONNX Runtime need and that Wine 10 does not give:

   - D3D12CreateDevice: one device for each adapter, as Windows promises. (Wine makes a new one each time, and
     what one session put into its memory is not there for the next.) There is one adapter here.
   - ID3D12Device5::EnumerateMetaCommands: there are none. (Wine says "not implemented", and DirectML gives up.)
   - D3D12GetInterface: no such interface, which is what an older Windows says. (Wine ends the process.)

   Everything else goes straight on. */

#define COBJMACROS
#include <windows.h>
#include <unknwn.h>

#define API __declspec(dllexport)

/* Public in d3d12.h: ID3D12Device5, and the place of EnumerateMetaCommands among its methods. */
static const GUID device5_id = {0x8b4f173b, 0x2fea, 0x4b80, {0x8f, 0x58, 0x43, 0x07, 0x19, 0x1a, 0xb9, 0x5d}};
enum { ENUMERATE_META_COMMANDS = 59 };

static FARPROC wine_function(const char *name) {
  HMODULE wine = LoadLibraryW(L"C:\\windows\\system32\\d3d12_wine.dll");
  return wine ? GetProcAddress(wine, name) : NULL;
}

static HRESULT WINAPI no_meta_commands(void *device, UINT *count, void *descriptions) {
  (void)device, (void)descriptions;
  if (count) *count = 0;
  return S_OK;
}

/* All devices share one table of methods, so this acts once. */
static void replace_method(IUnknown *device5) {
  void **slot = *(void ***)device5 + ENUMERATE_META_COMMANDS;
  DWORD before;
  if (*slot != (void *)no_meta_commands && VirtualProtect(slot, sizeof *slot, PAGE_READWRITE, &before)) {
    *slot = (void *)no_meta_commands;
    VirtualProtect(slot, sizeof *slot, before, &before);
  }
}

/* The one device, as ID3D12Device5; kept until the process ends. */
static IUnknown *the_device;
static SRWLOCK the_device_lock = SRWLOCK_INIT;

API HRESULT WINAPI D3D12CreateDevice(IUnknown *adapter, UINT level, REFIID id, void **device) {
  HRESULT(WINAPI * create)(IUnknown *, UINT, REFIID, void **) = (void *)wine_function("D3D12CreateDevice");
  if (!create) return E_NOTIMPL;
  if (!device) return create(adapter, level, id, device); /* only asks whether it could */
  HRESULT result = S_OK;
  AcquireSRWLockExclusive(&the_device_lock);
  if (!the_device && SUCCEEDED(result = create(adapter, level, &device5_id, (void **)&the_device)))
    replace_method(the_device);
  ReleaseSRWLockExclusive(&the_device_lock);
  return FAILED(result) ? result : IUnknown_QueryInterface(the_device, id, device);
}

API HRESULT WINAPI D3D12GetInterface(REFCLSID class_id, REFIID id, void **found) {
  (void)class_id, (void)id;
  if (found) *found = NULL;
  return E_NOINTERFACE;
}

#define PASS_ON(name, parameters, arguments)                                   \
  API HRESULT WINAPI name parameters {                                         \
    HRESULT(WINAPI * function) parameters = (void *)wine_function(#name);      \
    return function ? function arguments : E_NOTIMPL;                          \
  }

PASS_ON(D3D12GetDebugInterface, (REFIID id, void **debug), (id, debug))
PASS_ON(D3D12EnableExperimentalFeatures, (UINT count, const IID *ids, void *settings, UINT *sizes),
        (count, ids, settings, sizes))
PASS_ON(D3D12SerializeRootSignature, (const void *description, int version, void **blob, void **error),
        (description, version, blob, error))
PASS_ON(D3D12SerializeVersionedRootSignature, (const void *description, void **blob, void **error),
        (description, blob, error))
PASS_ON(D3D12CreateRootSignatureDeserializer, (const void *data, SIZE_T bytes, REFIID id, void **found),
        (data, bytes, id, found))
PASS_ON(D3D12CreateVersionedRootSignatureDeserializer, (const void *data, SIZE_T bytes, REFIID id, void **found),
        (data, bytes, id, found))
