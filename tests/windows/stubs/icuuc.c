/* Stands in for icuuc.dll, which is part of Windows since 2019 and which Wine 10 lacks. Qt 6.8 and later
   import it. It knows no character set, so Qt uses its own; all that matters is that it can be loaded. */

#define API __declspec(dllexport)

enum { ILLEGAL_ARGUMENT = 1, FILE_ACCESS = 4 }; /* of ICU's UErrorCode */

static const char *none(int *error, int code) {
  if (error) *error = code;
  return 0;
}

API void *ucnv_open(const char *name, int *error) {
  (void)name;
  return (void *)none(error, FILE_ACCESS);
}

/* Nobody gets a converter, so nobody calls these; they are here to be found. */
API void ucnv_close(void *converter) { (void)converter; }
API void ucnv_reset(void *converter) { (void)converter; }
API signed char ucnv_getMaxCharSize(void *converter) { (void)converter; return 1; }
API const char *ucnv_getName(void *converter, int *error) { (void)converter; return none(error, ILLEGAL_ARGUMENT); }
API int ucnv_toUCountPending(void *converter, int *error) { (void)converter; none(error, ILLEGAL_ARGUMENT); return 0; }
API int ucnv_fromUCountPending(void *converter, int *error) { (void)converter; none(error, ILLEGAL_ARGUMENT); return 0; }
API void ucnv_fromUnicode(void) {}
API void ucnv_toUnicode(void) {}
API void ucnv_getToUCallBack(void) {}
API void ucnv_getFromUCallBack(void) {}
API void ucnv_setToUCallBack(void) {}
API void ucnv_setFromUCallBack(void) {}
API void ucnv_cbToUWriteUChars(void) {}
API void ucnv_cbFromUWriteUChars(void) {}
API void UCNV_FROM_U_CALLBACK_SUBSTITUTE(void) {}
API void UCNV_TO_U_CALLBACK_SUBSTITUTE(void) {}

API int ucnv_countAvailable(void) { return 0; }
API const char *ucnv_getAvailableName(int index) { (void)index; return 0; }
API const char *ucnv_getStandardName(const char *name, const char *standard, int *error) {
  (void)name;
  (void)standard;
  return none(error, ILLEGAL_ARGUMENT);
}
