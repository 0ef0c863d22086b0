import { statSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { VmatlasError } from '../../shared/model/errors.ts';
import type { ElfFacts } from '../../shared/model/elf-facts.ts';
import { FileSource, MemorySource, type ByteSource, type FileIdentity } from './byte-source.ts';
import { ElfImage } from './elf-image.ts';

/** A file mapping whose file is wanted, in the words of its maps line. */
export interface MappedFile {
  readonly pid: number;
  /** Runtime range of one mapping of the file: its name in /proc/PID/map_files. */
  readonly start: bigint;
  readonly end: bigint;
  /** Name column as it stands, with the ` (deleted)` that the kernel may have added. */
  readonly name: string;
  readonly inode: bigint;
}

/** Files kept at once. Each costs its headers and an open descriptor; Node raises the limit on those to the hard one at its start. */
const MAX_IMAGES = 1024;

/**
 * Opens ELF files of processes and keeps them across polls, processes and sessions. The same file is recognised by device, inode, size and modification time; copies of one build (in
 * containers, say) by build id and size.
 */
export class ModuleStore {
  /** By file identity, least recently used first. A file that is no ELF is kept too, as its error. */
  readonly #byIdentity = new Map<string, ElfImage | VmatlasError>();
  readonly #byBuild = new Map<string, ElfImage>();
  readonly #byFacts = new WeakMap<ElfFacts, ElfImage>();

  /**
   * The image behind a mapping. Tried in order: /proc/PID/map_files (always the right file, deleted ones too, but privileged), the path seen from the process's root, the
   * path seen from ours, and the process's executable; all but the first count only if the inode is the mapped one. Throws `not-elf`, `not-64-bit`, `malformed-input`, or `io-error` when there is no way in.
   */
  open(file: MappedFile): ElfImage {
    const refusals: string[] = [];
    for (const way of waysIn(file)) {
      const identity = identify(way, file, refusals);
      if (!identity) continue;
      const known = this.#byIdentity.get(identity);
      if (known) return this.#use(identity, known);
      const source = openSource(way, file, refusals);
      if (source) return this.#use(identityKey(source.identity), this.#parse(source));
    }
    throw new VmatlasError({
      code: 'io-error',
      message: `${file.name} can't be read, so its sections and symbols are unknown.`,
      evidence: refusals.join('; '),
    });
  }

  /** An image that was copied out of memory: the vdso, which is in no file. Throws as readElfHeaders does. */
  openBytes(name: string, bytes: Uint8Array): ElfImage {
    const key = `bytes:${createHash('sha256').update(bytes).digest('hex')}`;
    return this.#use(key, this.#byIdentity.get(key) ?? this.#parse(new MemorySource(name, bytes)));
  }

  /** The image whose `facts` these are (the very object), while anybody holds on to them. */
  imageOf(facts: ElfFacts): ElfImage | undefined {
    return this.#byFacts.get(facts);
  }

  /** Closes every file. */
  dispose(): void {
    for (const entry of this.#byIdentity.values()) if (entry instanceof ElfImage) entry.close();
    this.#byIdentity.clear();
    this.#byBuild.clear();
  }

  #parse(source: ByteSource): ElfImage | VmatlasError {
    try {
      const image = new ElfImage(source);
      const build = image.facts.buildId === undefined ? undefined : `${image.facts.buildId}:${image.sizeBytes}`;
      const twin = build === undefined ? undefined : this.#byBuild.get(build);
      if (twin) {
        source.close();
        return twin;
      }
      if (build !== undefined) this.#byBuild.set(build, image);
      this.#byFacts.set(image.facts, image);
      return image;
    } catch (error) {
      source.close();
      if (error instanceof VmatlasError) return error;
      throw error;
    }
  }

  #use(key: string, entry: ElfImage | VmatlasError): ElfImage {
    this.#byIdentity.delete(key);
    this.#byIdentity.set(key, entry);
    this.#evict();
    if (entry instanceof VmatlasError) throw entry;
    return entry;
  }

  #evict(): void {
    while (this.#byIdentity.size > MAX_IMAGES) {
      const [oldest] = this.#byIdentity;
      if (!oldest) return;
      const [key, entry] = oldest;
      this.#byIdentity.delete(key);
      if (!(entry instanceof ElfImage) || [...this.#byIdentity.values()].includes(entry)) continue;
      if (entry.facts.buildId !== undefined) this.#byBuild.delete(`${entry.facts.buildId}:${entry.sizeBytes}`);
      // Not closed here: a picture may still show it and ask for its symbols. FileSource closes itself when nobody holds it any more.
    }
  }
}

interface WayIn {
  readonly path: string;
  /** map_files leads to the mapped file itself; a path may by now lead to another one. */
  readonly certain: boolean;
}

function waysIn(file: MappedFile): WayIn[] {
  const range = `${file.start.toString(16)}-${file.end.toString(16)}`;
  const ways = [{ path: `/proc/${file.pid}/map_files/${range}`, certain: true }];
  // The executable can be opened through its own link even when it was deleted and map_files is refused; the inode tells whether it is this file.
  return [...ways, ...waysByName(file), { path: `/proc/${file.pid}/exe`, certain: false }];
}

/** A file that was deleted is not at the path with the mark either, unless another is really called so: the inode tells. */
function waysByName(file: MappedFile): WayIn[] {
  if (!file.name.startsWith('/')) return [];
  return [`/proc/${file.pid}/root${file.name}`, file.name].map((path) => ({ path, certain: false }));
}

/**
 * The path of a mapping's file. The kernel adds ` (deleted)` to the name of a file that is gone, and a file may also be called so: when there is one of that very name with
 * the mapped inode, the name is its own.
 */
export function pathOfMapping(file: MappedFile): string {
  const mark = ' (deleted)';
  if (!file.name.endsWith(mark) || waysByName(file).some((way) => identify(way, file, []) !== undefined)) return file.name;
  return file.name.slice(0, -mark.length);
}

/** Cache key of what a way leads to, without opening it; undefined (and a refusal noted) when it leads nowhere or elsewhere. */
function identify(way: WayIn, file: MappedFile, refusals: string[]): string | undefined {
  try {
    const stat = statSync(way.path, { bigint: true });
    if (!way.certain && stat.ino !== file.inode) {
      refusals.push(`${way.path} has inode ${stat.ino}, the mapping has ${file.inode}`);
      return undefined;
    }
    return identityKey({ dev: stat.dev, inode: stat.ino, sizeBytes: Number(stat.size), mtimeNs: stat.mtimeNs });
  } catch (error) {
    refusals.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function openSource(way: WayIn, file: MappedFile, refusals: string[]): FileSource | undefined {
  try {
    return new FileSource(way.path, file.name);
  } catch (error) {
    if (error instanceof VmatlasError) throw error;
    refusals.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function identityKey(identity: FileIdentity): string {
  return `${identity.dev}:${identity.inode}:${identity.sizeBytes}:${identity.mtimeNs}`;
}
