// The C++ library's classes with the members and the nesting of Microsoft's (names: its own debugger visualizer and
// crash.pdb of the corpus), and objects of them that the compiler lays out: for the reader of their content.
// PROXIES: as a debug build has them, with the proxy of its iterators in each container.
typedef decltype(sizeof 0) size_t;

namespace std {
#ifdef PROXIES
struct _Container_base { void *_Myproxy; };
#define BASE {nullptr},
#else
struct _Container_base {};
#define BASE {},
#endif
template <class T> struct allocator {};
template <class T> struct char_traits {};
template <class T> struct default_delete {};
template <class T> struct less {};
template <class A, class B> struct _Compressed_pair : A { B _Myval2; };

template <class E> struct _String_val : _Container_base {
  union _Bxty { E _Buf[16 / sizeof(E)]; const E *_Ptr; } _Bx;
  size_t _Mysize, _Myres;
};
template <class E, class T = char_traits<E>, class A = allocator<E>> struct basic_string {
  _Compressed_pair<A, _String_val<E>> _Mypair;
};
typedef basic_string<char> string;
typedef basic_string<wchar_t> wstring;

template <class T> struct _Vector_val : _Container_base { T *_Myfirst, *_Mylast, *_Myend; };
template <class T, class A = allocator<T>> struct vector { _Compressed_pair<A, _Vector_val<T>> _Mypair; };

template <class T> struct _List_node { const _List_node *_Next, *_Prev; T _Myval; };
template <class T> struct _List_val : _Container_base { const _List_node<T> *_Myhead; size_t _Mysize; };
template <class T, class A = allocator<T>> struct list { _Compressed_pair<A, _List_val<T>> _Mypair; };

template <class K, class V> struct pair { K first; V second; };
template <class T> struct _Tree_node {
  const _Tree_node *_Left, *_Parent, *_Right;
  char _Color, _Isnil;
  T _Myval;
};
template <class T> struct _Tree_val : _Container_base { const _Tree_node<T> *_Myhead; size_t _Mysize; };
template <class K, class T> struct _Tree {
  _Compressed_pair<less<K>, _Compressed_pair<allocator<T>, _Tree_val<T>>> _Mypair;
};
template <class K, class V, class L = less<K>> struct map : _Tree<K, pair<const K, V>> {};
template <class K, class L = less<K>> struct set : _Tree<K, K> {};

template <class T> struct _Hash { float _Traitsobj; list<T> _List; size_t _Mask, _Maxidx; };
template <class K, class V> struct unordered_map : _Hash<pair<const K, V>> {};

template <class T> struct _Deque_val : _Container_base {
  const T *const *_Map;
  size_t _Mapsize, _Myoff, _Mysize;
};
template <class T, class A = allocator<T>> struct deque { _Compressed_pair<A, _Deque_val<T>> _Mypair; };

struct _Ref_count_base { const void *vftable; unsigned long _Uses, _Weaks; };
template <class T> struct _Ptr_base { T *_Ptr; const _Ref_count_base *_Rep; };
template <class T> struct shared_ptr : _Ptr_base<T> {};
template <class T, class D = default_delete<T>> struct unique_ptr { _Compressed_pair<D, T *> _Mypair; };

template <class T> struct _Optional_destruct_base { union { char _Dummy; T _Value; }; bool _Has_value; };
template <class T> struct optional : _Optional_destruct_base<T> {};

template <class... Types> struct _Variant_storage_ {};
template <class T, class... Rest> struct _Variant_storage_<T, Rest...> {
  union { T _Head; _Variant_storage_<Rest...> _Tail; };
};
template <class... Types> struct _Variant_base : _Variant_storage_<Types...> { signed char _Which; };
template <class... Types> struct variant : _Variant_base<Types...> {};
} // namespace std

using namespace std;
struct Item { int id; };

extern const string g_short = {{{}, {BASE{{'s', 'h', 'o', 'r', 't'}}, 5, 15}}};
extern const char g_long_text[] = "a text that is too long for its object";
extern const string g_long = {{{}, {BASE{._Ptr = g_long_text}, 38, 47}}};
extern const wstring g_wide = {{{}, {BASE{{L'w', L'i', L'd', L'e'}}, 4, 7}}};

// constants: only read-only data of an image file stand in for memory
extern const int g_numbers[4] = {3, 1, 4, 1};
extern const vector<int> g_vector = {{{}, {BASE(int *) g_numbers, (int *)g_numbers + 3, (int *)g_numbers + 4}}};

typedef _List_node<int> ListNode;
extern const ListNode g_l0, g_l1, g_l2;
const ListNode g_l0 = {&g_l1, &g_l2, 0}, g_l1 = {&g_l2, &g_l0, 11}, g_l2 = {&g_l0, &g_l1, 22};
extern const list<int> g_list = {{{}, {BASE &g_l0, 2}}};

typedef _Tree_node<pair<const int, int>> MapNode;
extern const MapNode g_m0, g_m1, g_m2;
const MapNode g_m0 = {&g_m1, &g_m2, &g_m2, 1, 1, {0, 0}}, g_m1 = {&g_m0, &g_m2, &g_m0, 0, 0, {7, 70}},
              g_m2 = {&g_m1, &g_m0, &g_m0, 1, 0, {8, 80}};
extern const map<int, int> g_map = {{{{}, {{}, {BASE &g_m0, 2}}}}};

typedef _Tree_node<int> SetNode;
extern const SetNode g_s0, g_s1;
const SetNode g_s0 = {&g_s1, &g_s1, &g_s1, 1, 1, 0}, g_s1 = {&g_s0, &g_s0, &g_s0, 1, 0, 5};
extern const set<int> g_set = {{{{}, {{}, {BASE &g_s0, 1}}}}};

typedef _List_node<pair<const int, int>> HashNode;
extern const HashNode g_h0, g_h1;
const HashNode g_h0 = {&g_h1, &g_h1, {0, 0}}, g_h1 = {&g_h0, &g_h0, {9, 90}};
extern const unordered_map<int, int> g_hash = {{1.0f, {{{}, {BASE &g_h0, 1}}}, 7, 8}};

// blocks of sixteen bytes: four numbers each
extern const int g_block0[4] = {0, 0, 0, 100}, g_block1[4] = {101, 102, 0, 0};
extern const int *const g_blocks[8] = {g_block0, g_block1};
extern const deque<int> g_deque = {{{}, {BASE g_blocks, 8, 3, 3}}};

extern const _Ref_count_base g_counts = {nullptr, 2, 3};
extern const Item g_item = {77};
extern const shared_ptr<Item> g_shared = {{(Item *)&g_item, &g_counts}};
extern const unique_ptr<Item> g_unique = {{{}, (Item *)&g_item}};
extern const optional<int> g_optional = {{{._Value = 42}, true}};
extern const optional<int> g_nothing = {{{._Dummy = 0}, false}};
extern const variant<int, double> g_variant = {{{{._Tail = {{._Head = 2.5}}}}, 1}};
