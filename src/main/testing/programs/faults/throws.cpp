// Exceptions that nobody catches, by name; the truth is printed before each as KEY VALUE lines.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace app {
struct parse_error : std::runtime_error { using std::runtime_error::runtime_error; int line = 12; };
struct own_error : std::exception { const char *what() const noexcept override { return "made by hand"; } };
struct plain { int number; };
}

static void say(const char *type, const char *text) {
  std::printf("type %s\ntext %s\n", type, text);
  std::fflush(stdout);
}

__attribute__((noinline)) static void deeper(const char *mode) {
  if (!std::strcmp(mode, "runtime-error")) { say("std::runtime_error", "the disk is full"); throw std::runtime_error("the disk is full"); }
  if (!std::strcmp(mode, "logic-error")) { say("std::out_of_range", "vector::_M_range_check: __n (which is 5) >= this->size() (which is 3)"); std::vector<int> v(3); std::printf("%d\n", v.at(5)); }
  if (!std::strcmp(mode, "derived")) { say("app::parse_error", "line 12 is too long"); throw app::parse_error("line 12 is too long"); }
  if (!std::strcmp(mode, "own")) { say("app::own_error", ""); throw app::own_error(); }
  if (!std::strcmp(mode, "plain")) { say("app::plain", ""); throw app::plain{3}; }
  if (!std::strcmp(mode, "int")) { say("int", "42"); throw 42; }
  if (!std::strcmp(mode, "text")) { say("char const*", "just a text"); throw "just a text"; }
  if (!std::strcmp(mode, "string")) { say("std::string", "a std::string"); throw std::string("a std::string"); }
  if (!std::strcmp(mode, "bad-alloc")) { say("std::bad_alloc", "std::bad_alloc"); throw std::bad_alloc(); }
}
__attribute__((noinline)) static void through_noexcept(const char *mode) noexcept { deeper(mode); }

/** `@FILE` names a file that holds the mode, as in faults.c. */
static std::string mode_of(const std::string &argument) {
  std::string mode = argument;
  if (argument.rfind('@', 0) == 0) std::getline(std::ifstream(argument.substr(1)), mode);
  return mode;
}

int main(int argc, char **argv) {
  const std::string chosen = mode_of(argc > 1 ? argv[1] : "");
  const char *mode = chosen.c_str();
  if (!std::strcmp(mode, "noexcept")) through_noexcept("runtime-error");
  if (!std::strcmp(mode, "rethrow")) { try { deeper("runtime-error"); } catch (std::exception &) { throw; } }
  if (!std::strcmp(mode, "thread")) { std::thread([] { deeper("derived"); }).join(); }
  if (!std::strcmp(mode, "terminate")) { say("", ""); std::terminate(); }
  if (!std::strcmp(mode, "caught")) { try { deeper("runtime-error"); } catch (std::exception &e) { std::printf("caught %s\n", e.what()); return 0; } }
  deeper(mode);
  return 0;
}
