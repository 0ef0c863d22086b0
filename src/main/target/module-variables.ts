import { toAddress } from '../../shared/address/address.ts';
import type { AddressRange } from '../../shared/address/range.ts';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { TypedVariable, TypedVariables, TypeNode } from '../../shared/model/typed-data.ts';
import type { Placed } from './placed-module.ts';

/** Typed variables of these modules at their runtime addresses, one table of types for all. A module whose debug information cannot be read has none, and says why. */
export async function typedVariables(placed: readonly Placed[], range: AddressRange, limit: number): Promise<TypedVariables> {
  const types: TypeNode[] = [];
  const variables: TypedVariable[] = [];
  const problems: string[] = [];
  let more = false;
  for (const { module, image } of placed) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one module after the other: they share the table of types
      const found = await image.dwarf.variablesIn(range.start - module.bias, range.end - module.bias, limit - variables.length, types);
      more ||= found.more;
      for (const { address, sizeBytes, name, inFunction, type } of found.variables) {
        variables.push({ name, inFunction, address: toAddress(BigInt.asUintN(64, address + module.bias)), sizeBytes, type, modulePath: module.ref.path });
      }
    } catch (error) {
      if (!(error instanceof VmatlasError)) throw error;
      problems.push(`${error.message}${error.evidence === undefined ? '' : ` (${error.evidence})`}`);
    }
    problems.push(...image.dwarf.problems);
  }
  return { types, variables: variables.toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : b.sizeBytes - a.sizeBytes)), more, problems };
}
