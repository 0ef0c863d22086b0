/* chatty: something for gdb to talk about. 120 frames of recursion with structures, strings, arrays and floats in them; steps through a loop for ever. */
#include <stdio.h>
#include <string.h>

struct point { double x, y; };
struct item { int id; char name[24]; struct point where; struct item *next; unsigned char raw[12]; };
enum colour { RED, GREEN = 4, BLUE = 9 };

static struct item items[8];
static volatile long counter;

static int work(int level, struct item *item, const char *text, enum colour colour) {
  struct item copy = *item;
  double sum = item->where.x + level;
  copy.id += level;
  copy.name[level % 20] = 'a' + level % 26;
  for (int i = 0; i < 4; i++) {
    sum += i * item->where.y;
    counter += copy.raw[i];
  }
  return (int)sum + (int)strlen(text) + colour;
}

static int descend(int level, struct item *item, const char *text) {
  struct item here = *item;
  char note[32];
  snprintf(note, sizeof note, "level \"%d\"\t\303\251", level);
  here.next = item;
  if (level > 0) return descend(level - 1, &here, note) + here.id;
  for (;;) {
    counter++;
    here.id += work(level + (int)(counter & 15), &here, text, BLUE);
  }
}

int main(void) {
  for (int i = 0; i < 8; i++) {
    items[i].id = i;
    snprintf(items[i].name, sizeof items[i].name, "item-%d", i);
    items[i].next = &items[(i + 1) % 8];
    items[i].where.x = i * 1.5;
  }
  return descend(120, &items[0], "start");
}
