import { expect, test } from 'vitest';
import { bareName, completionRank, symbolStem } from './symbol-search.ts';

test.each([
  ['outer::inner(int, char) const', 'outer::inner', 'inner'],
  ['main', 'main', 'main'],
  ['std::vector<int, std::allocator<int> >::push_back(int const&)', 'std::vector<int, std::allocator<int> >::push_back', 'push_back'],
  ['void apply<int>(std::function<void (int)>)', 'void apply', 'apply'],
  ['(anonymous namespace)::helper()', '(anonymous namespace)::helper', 'helper'],
  ['outer::(anonymous namespace)::helper(int)', 'outer::(anonymous namespace)::helper', 'helper'],
  ['Foo::operator()(int)', 'Foo::operator()', 'operator'],
  ['Foo::~Foo()', 'Foo::~Foo', 'Foo'],
  ['core::ptr::drop_in_place<alloc::string::String>', 'core::ptr::drop_in_place', 'drop_in_place'],
  ['<alloc::vec::Vec<T> as core::ops::Drop>::drop', '<alloc::vec::Vec<T> as core::ops::Drop>::drop', 'drop'],
])('%s', (readable, bare, stem) => {
  expect(bareName(readable)).toBe(bare);
  expect(symbolStem(readable)).toBe(stem);
});

test('a name that begins with what was typed comes before one that contains it', () => {
  expect(completionRank('count', 'counter', undefined)).toBe(0);
  expect(completionRank('outer::in', '_ZN5outer5innerEv', 'outer::inner()')).toBe(0);
  expect(completionRank('count', 'private_counter', undefined)).toBe(2);
  expect(completionRank('count', 'main', undefined)).toBeUndefined();
});
