import { judgeAslr } from '../../../shared/analysis/hardening/judge-aslr.ts';
import { judgeModule, relroPages } from '../../../shared/analysis/hardening/judge-module.ts';
import { errorFacts } from '../../../shared/model/errors.ts';
import type { AslrFacts, ModuleHardening } from '../../../shared/model/hardening.ts';
import { firstMappingAfter } from '../../../shared/model/mapping-columns.ts';
import type { PageSource } from '../../target/pages/page-source.ts';
import type { Picture } from '../../target/target.ts';

/** Protections of every module, program first, and of the process. */
export function readHardening(source: PageSource, picture: Picture): { modules: ModuleHardening[]; aslr: AslrFacts } {
  const { regions } = picture;
  const { columns } = regions;
  const mappings = source.mappings();
  const firstRows = new Map<number, number>();
  for (let row = 0; row < columns.length; row++) {
    const module = columns.module[row] ?? 0;
    if (module > 0 && !firstRows.has(module)) firstRows.set(module, row);
  }
  const modules = [...firstRows].flatMap(([index, row]): ModuleHardening[] => {
    const module = columns.modules[index - 1];
    if (!module) return [];
    const base = regions.startAt(row);
    const nothing = (problem: string): ModuleHardening => ({ module, base, checks: [], relroPages: undefined, problem });
    if (module.role === 'vdso') return [nothing('the kernel’s own image, which is in no file')];
    const mappingRow = firstMappingAfter(mappings, columns.startPage[row] ?? 0);
    try {
      const elf = source.security(mappings, mappingRow);
      return [{ module, base, checks: judgeModule(elf), relroPages: relroPages(elf, picture.modules.loadBiasAt(base) ?? 0n), problem: undefined }];
    } catch (error) {
      const { code, message } = errorFacts(error);
      if (code === 'internal') throw error;
      return [nothing(message)];
    }
  });
  const order = { program: 0, loader: 1, library: 2, vdso: 3 };
  return {
    modules: modules.toSorted((a, b) => order[a.module.role] - order[b.module.role] || (a.base < b.base ? -1 : 1)),
    aslr: judgeAslr(source.randomizeVaSpace(), source.personality()),
  };
}
