import fc from 'fast-check';
import { expect, test } from 'vitest';
import { demangle } from './demangle.ts';

test.each([
  // C++: as c++filt says
  ['_ZN5outer5innerEv', 'outer::inner()'],
  ['_ZNSt6vectorIiSaIiEE9push_backERKi', 'std::vector<int, std::allocator<int> >::push_back(int const&)'],
  ['_Znwm', 'operator new(unsigned long)'],
  ['_ZN3FooD1Ev', 'Foo::~Foo()'],
  ['_ZZ3foovE7counter', 'foo()::counter'],
  ['_ZN5outer5innerEv.part.0', 'outer::inner() [clone .part.0]'],
  // Rust: as rustc-demangle says without the hash
  ['_ZN4core3fmt9Formatter3pad17h0123456789abcdefE', 'core::fmt::Formatter::pad'],
  ['_ZN4core3ptr42drop_in_place$LT$alloc..string..String$GT$17h0123456789abcdefE', 'core::ptr::drop_in_place<alloc::string::String>'],
  ['_RNvCs1234_7mycrate3foo', 'mycrate::foo'],
])('%s', (mangled, readable) => {
  expect(demangle(mangled)).toBe(readable);
});

test.each(['main', 'printf', '_start', '_Zebra', '__Znwm', '?foo@@YAHXZ', '_R', '_ITM_registerTMCloneTable', '_RTL_flag', ''])('%s is not mangled', (name) => {
  expect(demangle(name)).toBeUndefined();
});

test('property: no name makes it throw', () => {
  const pieces = fc.constantFrom('_Z', '_R', 'N', 'E', 'I', 'S_', 'S0_', 'T_', '3foo', '17h0123456789abcdefE', 'Nv', 'Cs', 'B_', 'L', 'i', 'v', 'X', 'sr', 'dt', '$LT$', '..', 'F', 'P', 'K', '9999999999', 'u');
  fc.assert(
    fc.property(fc.constantFrom('_Z', '_R', '_ZN'), fc.array(pieces, { maxLength: 60 }), (prefix, parts) => {
      const name = prefix + parts.join('');
      expect(demangle(name)).not.toBe(name);
    }),
    { numRuns: 3000 },
  );
});
