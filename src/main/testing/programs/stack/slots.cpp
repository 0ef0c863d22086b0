// As slots.c: references, this, classes by value, templates, lambdas, exceptions' landing pads.
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <unistd.h>

#define NOINLINE __attribute__((noinline, noclone))
#define SAY(role, function, variable) std::printf(role ":" function ":" #variable " %p %zu\n", (void *)&variable, sizeof variable)
#define KEEP(variable) __asm__ volatile("" : : "r"(&variable) : "memory")

struct Base { long base = 1; virtual ~Base() = default; };
class Shape : public Base {
public:
  Shape(int sides) : sides_(sides) {}
  NOINLINE int measure(int scale);
private:
  int sides_;
  std::array<int, 5> lengths_{1, 2, 3, 4, 5};
};

NOINLINE static int wait_here(const std::string &text, int &counter) {
  int mine = counter;
  std::printf("cfa:wait_here %p\n", __builtin_dwarf_cfa());
  SAY("local", "wait_here", mine);
  std::printf("refers:wait_here:counter %p\n", (void *)&counter);
  std::printf("ready\n");
  std::fflush(stdout);
  char c;
  while (read(0, &c, 1) > 0) counter++;
  KEEP(mine);
  if (text.size() == 1) throw std::runtime_error("never");
  _exit(0);
}

template <typename T> NOINLINE T twice(T given) {
  T doubled = given + given;
  std::string words = "a string that is too long to be kept inside";
  std::printf("cfa:twice<int> %p\n", __builtin_dwarf_cfa());
  SAY("local", "twice<int>", doubled);
  SAY("local", "twice<int>", words);
  int result = wait_here(words, doubled);
  KEEP(doubled);
  return result;
}

int Shape::measure(int scale) {
  Shape copy = *this;
  std::printf("cfa:Shape::measure %p\n", __builtin_dwarf_cfa());
  SAY("local", "Shape::measure", copy);
  try {
    auto work = [&](int more) { int inside = more + scale; SAY("local", "operator()", inside); int got = twice(inside); KEEP(inside); return got; };
    int got = work(3);
    KEEP(copy);
    return got + sides_;
  } catch (const std::runtime_error &) {
    return -1;
  }
}

int main(int argc, char **) {
  Shape shape(argc + 2);
  SAY("local", "main", shape);
  int got = shape.measure(4);
  KEEP(shape);
  return got;
}
