/* chorale.exe (window, GUI defined) and chorale-cli.exe (console): starts Chorale with the Python beside it.

   Python comes from the folder `python` beside this program and from nowhere else: its library is loaded by its full
   path, libraries are searched for in that folder, this one and the system's only, and Python runs isolated (-I), so
   that no PYTHON* variable, no user site-packages and no current folder has a say. Everything after the program's
   name goes to Chorale as it is. Read next: chorale_start.py, the first Python that runs. */

#define WIN32_LEAN_AND_MEAN
#include <windows.h>
#include <shellapi.h>
#include <stdio.h>
#include <wchar.h>

#define LONGEST 32768 /* characters of a path, as Windows counts */
#define COULD_NOT_START 1
#define LONGEST_FOLDER 150 /* Python cannot find its parts beyond 260, and they lie up to 100 deep */

static BOOL somebody_looks(void) {
    /* A service, or a deployment tool in the SYSTEM account, has no screen: a box there would wait for ever. */
    USEROBJECTFLAGS flags;
    DWORD needed;
    HWINSTA station = GetProcessWindowStation();
    return station && GetUserObjectInformationW(station, UOI_FLAGS, &flags, sizeof flags, &needed) &&
           (flags.dwFlags & WSF_VISIBLE);
}

static void write_error(const wchar_t *sentence) {
    char text[4096];
    DWORD written;
    HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
    int size = WideCharToMultiByte(CP_UTF8, 0, sentence, -1, text, sizeof text, NULL, NULL);
    if (error && error != INVALID_HANDLE_VALUE && size > 1) {
        WriteFile(error, "chorale: ", 9, &written, NULL);
        WriteFile(error, text, (DWORD)size - 1, &written, NULL);
        WriteFile(error, "\r\n", 2, &written, NULL);
    }
}

static int fail(const wchar_t *what, const wchar_t *file, DWORD code) {
    static wchar_t sentence[LONGEST + 512];
    swprintf(sentence, LONGEST + 512, L"Chorale cannot start: %ls %ls (error %lu). Install Chorale again.", file, what, code);
    write_error(sentence);
#ifdef GUI
    if (somebody_looks())
        MessageBoxW(NULL, sentence, L"Chorale", MB_OK | MB_ICONERROR);
#else
    (void)somebody_looks;
#endif
    return COULD_NOT_START;
}

static int start(void) {
    static wchar_t program[LONGEST], folder[LONGEST], library[LONGEST];
    DWORD length = GetModuleFileNameW(NULL, program, LONGEST);
    if (length == 0 || length >= LONGEST)
        return fail(L"has a path that is too long", L"this program", GetLastError());
    wcscpy(folder, program);
    *wcsrchr(folder, L'\\') = 0;
    if (wcslen(folder) > LONGEST_FOLDER)
        return fail(L"is in a folder whose path is longer than 150 characters", L"it", ERROR_FILENAME_EXCED_RANGE);
    wcscat(folder, L"\\python");
    swprintf(library, LONGEST, L"%ls\\" PYTHON_LIBRARY, folder);

    /* From here on nothing is loaded from the current folder or from PATH. */
    SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);
    SetDllDirectoryW(L"");
    AddDllDirectory(folder);
    HMODULE python = LoadLibraryExW(library, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (!python)
        return fail(L"cannot be loaded", L"python\\" PYTHON_LIBRARY, GetLastError());
    int (*run)(int, wchar_t **) = (int (*)(int, wchar_t **))(void (*)(void))GetProcAddress(python, "Py_Main");
    if (!run)
        return fail(L"is not Chorale's Python", L"python\\" PYTHON_LIBRARY, GetLastError());

    int count;
    wchar_t **given = CommandLineToArgvW(GetCommandLineW(), &count);
    wchar_t **arguments = given ? HeapAlloc(GetProcessHeap(), 0, sizeof(wchar_t *) * ((size_t)count + 8)) : NULL;
    if (!arguments)
        return fail(L"cannot be read", L"the command line", GetLastError());
    int n = 0;
    arguments[n++] = program;
    arguments[n++] = L"-I"; /* isolated */
    arguments[n++] = L"-B"; /* writes no bytecode */
    arguments[n++] = L"-X";
    arguments[n++] = L"utf8";
    arguments[n++] = L"-m"; /* ends Python's own options */
    arguments[n++] = L"chorale_start";
    for (int i = 1; i < count; i++)
        arguments[n++] = given[i];
    arguments[n] = NULL;
    return run(n, arguments);
}

#ifdef GUI
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE before, wchar_t *line, int show) {
    (void)instance, (void)before, (void)line, (void)show;
    return start();
}
#else
int wmain(void) { return start(); }
#endif
