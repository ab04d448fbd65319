import { describe, expect, it } from 'vitest';
import { undecorate, UNDNAME } from '../../../core/symbols/undecorate/index.ts';

/**
 * What Microsoft's own undname answers, as its documentation, its linker's messages and the tests that Wine runs on
 * Windows record it.
 */
describe('undname, complete', () => {
  it.each([
    // constructors, destructors, operators
    [
      '??0bad_alloc@std@@QAE@ABV01@@Z',
      'public: __thiscall std::bad_alloc::bad_alloc(class std::bad_alloc const &)',
    ],
    ['??0bad_cast@@AAE@PBQBD@Z', 'private: __thiscall bad_cast::bad_cast(char const * const *)'],
    [
      '??0?$basic_filebuf@DU?$char_traits@D@std@@@std@@QAE@W4_Uninitialized@1@@Z',
      'public: __thiscall std::basic_filebuf<char,struct std::char_traits<char> >::basic_filebuf<char,struct std::char_traits<char> >(enum std::_Uninitialized)',
    ],
    [
      '??1?$num_get@DV?$istreambuf_iterator@DU?$char_traits@D@std@@@std@@@std@@UAE@XZ',
      'public: virtual __thiscall std::num_get<char,class std::istreambuf_iterator<char,struct std::char_traits<char> > >::~num_get<char,class std::istreambuf_iterator<char,struct std::char_traits<char> > >(void)',
    ],
    [
      '??4istream_withassign@@QAEAAVistream@@ABV1@@Z',
      'public: class istream & __thiscall istream_withassign::operator=(class istream const &)',
    ],
    [
      '??5std@@YAAAV?$basic_istream@DU?$char_traits@D@std@@@0@AAV10@AAC@Z',
      'class std::basic_istream<char,struct std::char_traits<char> > & __cdecl std::operator>>(class std::basic_istream<char,struct std::char_traits<char> > &,signed char &)',
    ],
    ['??_U@YAPAXI@Z', 'void * __cdecl operator new[](unsigned int)'],
    [
      '??A?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@QBEABDI@Z',
      'public: char const & __thiscall std::basic_string<char,struct std::char_traits<char>,class std::allocator<char> >::operator[](unsigned int)const ',
    ],
    ['??Bcastop@@QAEHXZ', 'public: __thiscall castop::operator int(void)'],
    ['??Bcastop@@QAE?BHXZ', 'public: __thiscall castop::operator int const (void)'],
    ['??$?BH@?$foo@N@@QEAAHXZ', 'public: __cdecl foo<double>::operator<int> int(void) __ptr64'],
    [
      '??_E?$TStrArray@$$BY0BAA@D$0BA@@@UAEPAXI@Z',
      "public: virtual void * __thiscall TStrArray<char [256],16>::`vector deleting destructor'(unsigned int)",
    ],
    // functions, pointers to them, members
    [
      '?abs@std@@YAOABV?$complex@O@1@@Z',
      'long double __cdecl std::abs(class std::complex<long double> const &)',
    ],
    ['?swprintf@@YAHPA_WIPB_WZZ', 'int __cdecl swprintf(wchar_t *,unsigned int,wchar_t const *,...)'],
    ['?_query_new_handler@@YAR6AHI@ZXZ', 'int (__cdecl*__cdecl _query_new_handler(void))(unsigned int)'],
    [
      '?set_new_handler@@YAP6AXXZP6AXXZ@Z',
      'void (__cdecl*__cdecl set_new_handler(void (__cdecl*)(void)))(void)',
    ],
    [
      '??0strstreambuf@@QAE@Q6APAXJ@ZS6AXPAX@Z@Z',
      'public: __thiscall strstreambuf::strstreambuf(void * (__cdecl*const)(long),void (__cdecl*const volatile)(void *))',
    ],
    [
      '?pSW@@3P6GHKPAX0PAU_tagSTACKFRAME@@0P6GH0K0KPAK@ZP6GPAX0K@ZP6GK0K@ZP6GK00PAU_tagADDRESS@@@Z@ZA',
      'int (__stdcall* pSW)(unsigned long,void *,void *,struct _tagSTACKFRAME *,void *,int (__stdcall*)(void *,unsigned long,void *,unsigned long,unsigned long *),void * (__stdcall*)(void *,unsigned long),unsigned long (__stdcall*)(void *,unsigned long),unsigned long (__stdcall*)(void *,void *,struct _tagADDRESS *))',
    ],
    [
      '?Qux@Bar@@0PAP6AHPAV1@AAH1PAH@ZA',
      'private: static int (__cdecl** Bar::Qux)(class Bar *,int &,int &,int *)',
    ],
    [
      '?Qux@Bar@@0PAPAP6AHPAV1@AAH1PAH@ZA',
      'private: static int (__cdecl** * Bar::Qux)(class Bar *,int &,int &,int *)',
    ],
    ['?meth@AAA@@QFCEXXZ', 'public: void __thiscall AAA::meth(void)volatile __unaligned '],
    ['?func@@YAXPIFAH@Z', 'void __cdecl func(int __unaligned * __restrict)'],
    [
      '?_Doraise@bad_cast@std@@MEBAXXZ',
      'protected: virtual void __cdecl std::bad_cast::_Doraise(void)const __ptr64',
    ],
    ['?aaa@@YAHBAUbbb@@@Z', 'int __cdecl aaa(struct bbb & volatile)'],
    ['?aaa@@YAHSAUbbb@@@Z', 'int __cdecl aaa(struct bbb * const volatile)'],
    ['?pfield@@3PTAA@@DT1@', 'char const volatile AA::* const volatile pfield'],
    ['?ptititi2@@3PERtititi@@IER1@', 'unsigned int const tititi::* __ptr64 const __ptr64 ptititi2'],
    [
      '?RegisterModuleUninitializer@<CrtImplementationDetails>@@YAXP$AAVEventHandler@System@@@Z',
      'void __cdecl <CrtImplementationDetails>::RegisterModuleUninitializer(class System::EventHandler ^)',
    ],
    // arrays
    ['?f@T@@QAEHQCY1BE@BO@D@Z', 'public: int __thiscall T::f(char (volatile * const)[20][30])'],
    ['?f@T@@QAEHQAY1BE@BO@$$CBD@Z', 'public: int __thiscall T::f(char const (* const)[20][30])'],
    ['?x@@3PAY02HA', 'int (* x)[3]'],
    ['?pfunc@@3PAY0E@P6AXF@ZA', 'void (__cdecl*(* pfunc)[4])(short)'],
    // data
    [
      '?cin@std@@3V?$basic_istream@DU?$char_traits@D@std@@@1@A',
      'class std::basic_istream<char,struct std::char_traits<char> > std::cin',
    ],
    ['?_Sync@ios_base@std@@0_NA', 'private: static bool std::ios_base::_Sync'],
    ['?icMsgValidateWarning@@3PEBDEB', 'char const * const icMsgValidateWarning', UNDNAME.noPtr64],
    ['?x@@3PAW4myenum@@A', 'enum myenum * x'],
    // tables and thunks
    [
      '??_8?$basic_fstream@DU?$char_traits@D@std@@@std@@7B?$basic_ostream@DU?$char_traits@D@std@@@1@@',
      "const std::basic_fstream<char,struct std::char_traits<char> >::`vbtable'{for `std::basic_ostream<char,struct std::char_traits<char> >'}",
    ],
    ['??_R0?AVCC@DD@@@8', "class DD::CC `RTTI Type Descriptor'"],
    ['??_9CView@@$BBII@AE', "[thunk]: __thiscall CView::`vcall'{392,{flat}}' }'"],
    [
      '?vtordisp_thunk@std@@$4PPPPPPPM@3EAA_NXZ',
      "[thunk]:public: virtual bool __cdecl std::vtordisp_thunk`vtordisp{4294967292,4}' (void) __ptr64",
    ],
    [
      '?_dispatch@_impl_Engine@SalomeApp@@$R4CE@BA@PPPPPPPM@7AE_NAAVomniCallHandle@@@Z',
      "[thunk]:public: virtual bool __thiscall SalomeApp::_impl_Engine::_dispatch`vtordispex{36,16,4294967292,8}' (class omniCallHandle &)",
    ],
    ['??__Egi@@YAXXZ', "void __cdecl `dynamic initializer for 'gi''(void)"],
    // templates and back references
    [
      '??2?$aaa@AAUbbb@@AAUccc@@AAU2@@ddd@1eee@2@QAEHXZ',
      'public: int __thiscall eee::eee::ddd::ddd::aaa<struct bbb &,struct ccc &,struct ccc &>::operator new(void)',
    ],
    ['?$_aaa@Vbbb@@', '_aaa<class bbb>'],
    ['?$AAA@$DBAB@', "AAA<`template-parameter257'>"],
    ['?$AAA@?C@', "AAA<`template-parameter-2'>"],
    ['?$AAA@XX', 'AAA<void,void>'],
    ['?$AAA@', 'AAA<>'],
    [
      '??$ccccc@PAVaaa@@@bar@bb@foo@@DGPAV0@PAV0@PAVee@@IPAPAVaaa@@1@Z',
      'private: static class bar * __stdcall foo::bb::bar::ccccc<class aaa *>(class bar *,class ee *,unsigned int,class aaa * *,class ee *)',
    ],
    [
      '??0?$Foo@U?$vector_c@H$00$01$0?1$0A@$0HPPPPPPP@@mpl@boost@@@@QAE@XZ',
      'public: __thiscall Foo<struct boost::mpl::vector_c<int,1,2,-2,0,2147483647> >::Foo<struct boost::mpl::vector_c<int,1,2,-2,0,2147483647> >(void)',
    ],
    [
      '??$?DM@std@@YA?AV?$complex@M@0@ABMABV10@@Z',
      'class std::complex<float> __cdecl std::operator*<float>(float const &,class std::complex<float> const &)',
    ],
    [
      '??$?0AEAVzzz@BB4@AA@@AEAV012@$0A@@?$pair@Vzzz@BB4@AA@@V123@@std@@QEAA@AEAVzzz@BB4@AA@@0@Z',
      'public: __cdecl std::pair<class AA::BB4::zzz,class AA::BB4::zzz>::pair<class AA::BB4::zzz,class AA::BB4::zzz><class AA::BB4::zzz & __ptr64,class AA::BB4::zzz & __ptr64,0>(class AA::BB4::zzz & __ptr64,class AA::BB4::zzz & __ptr64) __ptr64',
    ],
    [
      '??$run@XVTask_Render_Preview@@@QtConcurrent@@YA?AV?$QFuture@X@@PEAVTask_Render_Preview@@P82@EAAXXZ@Z',
      'class QFuture<void> __cdecl QtConcurrent::run<void,class Task_Render_Preview>(class Task_Render_Preview * __ptr64,void (__cdecl Task_Render_Preview::*)(void) __ptr64)',
    ],
    // local scopes
    [
      '?_R2@?BN@???$_Fabs@N@std@@YANAEBV?$complex@N@1@PEAH@Z@4NB',
      "double const `double __cdecl std::_Fabs<double>(class std::complex<double> const & __ptr64,int * __ptr64)'::`29'::_R2",
    ],
    [
      '??$forward@AEAUFFIValue@?1??call@FFIFunctionBinder@@CAHPEAUlua_State@@@Z@@std@@YAAEAUFFIValue@?1??call@FFIFunctionBinder@@CAHPEAUxlua_State@@@Z@AEAU1?1??23@CAH0@Z@@Z',
      "struct `private: static int __cdecl FFIFunctionBinder::call(struct xlua_State * __ptr64)'::`2'::FFIValue & __ptr64 __cdecl std::forward<struct `private: static int __cdecl FFIFunctionBinder::call(struct lua_State * __ptr64)'::`2'::FFIValue & __ptr64>(struct `private: static int __cdecl FFIFunctionBinder::call(struct xlua_State * __ptr64)'::`2'::FFIValue & __ptr64)",
    ],
    // flags
    [
      '??0?$Foo@P6GHPAX0@Z@@QAE@PAD@Z',
      '__thiscall Foo<int (__stdcall*)(void *,void *)>::Foo<int (__stdcall*)(void *,void *)>(char *)',
      0x880,
    ],
    [
      '?_Doraise@bad_cast@std@@MEBAXXZ',
      'protected: virtual void __cdecl std::bad_cast::_Doraise(void)',
      0x60,
    ],
    [
      '??Xstd@@YAAEAV?$complex@M@0@AEAV10@AEBV10@@Z',
      'class std::complex<float> & ptr64 cdecl std::operator*=(class std::complex<float> & ptr64,class std::complex<float> const & ptr64)',
      1,
    ],
    [
      '??Xstd@@YAAEAV?$complex@M@0@AEAV10@AEBV10@@Z',
      'class std::complex<float> & std::operator*=(class std::complex<float> &,class std::complex<float> const &)',
      2,
    ],
    ['P8test@@BACXZ', 'signed char (__cdecl test::*)(void)const ', UNDNAME.typeOnly],
    [
      '?AV?$CDB_GEN_BIG_ENUM_FLAG@W4CDB_WYSIWYG_BITS_ENUM@@$0HOAA@@@',
      'class CDB_GEN_BIG_ENUM_FLAG<enum CDB_WYSIWYG_BITS_ENUM,32256>',
      UNDNAME.typeOnly,
    ],
    ['.?AVtype_info@@', 'class type_info'],
    // none of these is a name
    ['??0aa.a@@QAE@XZ', '??0aa.a@@QAE@XZ'],
    ['??@0123456789abcdef0123456789abcdef@', '??@0123456789abcdef0123456789abcdef@'],
    ['main', 'main'],
    ['?', '?'],
    ['', ''],
  ])('%s', (name, text, flags = 0) => {
    expect(undecorate(name, { flags })).toBe(text);
  });
});

/** As debugger transcripts with public symbols show names. */
describe('undname, name only', () => {
  it.each([
    ['?Qux@Bar@@0PAP6AHPAV1@AAH1PAH@ZA', 'Bar::Qux'],
    [
      '??1?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@QAE@XZ',
      'std::basic_string<char,std::char_traits<char>,std::allocator<char> >::~basic_string<char,std::char_traits<char>,std::allocator<char> >',
    ],
    ['??_GCRestrictedError@@UAEPAXI@Z', "CRestrictedError::`scalar deleting destructor'"],
    ['??_7CErrorObject@@6BISupportErrorInfo@@@', "CErrorObject::`vftable'{for `ISupportErrorInfo'}"],
    [
      '?QueryInterface@CErrorObject@@W7AGJABU_GUID@@PAPAX@Z',
      "[thunk]:CErrorObject::QueryInterface`adjustor{8}'",
    ],
    ['??3@YAXPAX@Z', 'operator delete'],
    ['??_C@_00CNPNBAHC@?$AA@', "`string'"],
    ['??_C@_0BE@EKFOMHKK@BaseThreadInitThunk?$AA@FNODOBFM@', " ?? ::FNODOBFM::`string'"],
    [
      '?reset@?$unique_storage@U?$resource_policy@PEAGP6AXPEAX@Z$1?CoTaskMemFree@@YAX0@ZU?$integral_constant@_K$0A@@wistd@@PEAGPEAG$0A@$$T@details@wil@@@details@wil@@QEAAXPEAG@Z',
      'wil::details::unique_storage<wil::details::resource_policy<unsigned short * __ptr64,void (__cdecl*)(void * __ptr64),&CoTaskMemFree,wistd::integral_constant<unsigned __int64,0>,unsigned short * __ptr64,unsigned short * __ptr64,0,std::nullptr_t> >::reset',
    ],
  ])('%s', (name, text) => {
    expect(undecorate(name, { nameOnly: true })).toBe(text);
  });
});
