// The program of orders.dmp: it believes that a list of three orders has four. Made without a C library, in this folder:
//   clang-19 --target=x86_64-pc-windows-msvc -O1 -g -gcodeview '-ffile-compilation-dir=C:\src\orders' \
//     -c orders.cpp -o orders.obj
//   lld-link-19 /debug /entry:start /subsystem:console /nodefaultlib /timestamp:1400000000 /pdbaltpath:orders.pdb \
//     '/pdbsourcepath:C:\src\orders' orders.obj
enum class Kind { Sale, Refund };

struct Money {
  long long cents;
};

struct Order {
  int number;
  Kind kind;
  Money price;
  const Order *next;
};

namespace shop {

struct Totals {
  Money sales;
  Money refunds;
  int orders;
};

static inline void add(Totals &totals, const Order &order) {
  Money &sum = order.kind == Kind::Sale ? totals.sales : totals.refunds;
  sum.cents += order.price.cents;
  totals.orders++;
}

__declspec(noinline) static Totals sum(const Order *first, int count) {
  Totals totals{};
  const Order *order = first;
  for (int i = 0; i < count; i++) {
    add(totals, *order);
    order = order->next;
  }
  return totals;
}

class Report {
public:
  __declspec(noinline) long long balance(const Order *orders, int count);

private:
  Totals last;
};

long long Report::balance(const Order *orders, int count) {
  last = sum(orders, count);
  return last.sales.cents - last.refunds.cents;
}

} // namespace shop

static const Order third = {4713, Kind::Sale, {1999}, nullptr};
static const Order second = {4712, Kind::Refund, {450}, &third};
static const Order first = {4711, Kind::Sale, {12900}, &second};

shop::Report report;
volatile int counted = 4; // there are three

__declspec(noinline) static int run() { return report.balance(&first, counted) > 0; }

extern "C" int start() {
  int result = run();
  return result + counted;
}
