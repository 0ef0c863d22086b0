import { closeSync, openSync, readSync } from 'node:fs';
import { errnoOf } from '../../procfs/read-proc.ts';
import type { FrameRefusal, FrameWords } from '../pages/page-source.ts';

/** Frames whose words are read at once: one page of /proc/kpageflags. */
const BLOCK_FRAMES = 512;
/** Bits of kpageflags (include/uapi/linux/kernel-page-flags.h). */
const KPF_ZERO_PAGE = 1 << 24;
/** Frames looked up in search of the zero page: there is one of 4 KiB, and perhaps one of 2 MiB. */
const ZERO_SEARCHES = 4096;

/** The machine's frame tables, /proc/kpageflags and /proc/kpagecount: one word a frame, for CAP_SYS_ADMIN only. Shared by all targets. */
export class SystemFrames {
  #flags: number | undefined;
  #count: number | undefined;
  #refusal: FrameRefusal | undefined;
  #block = new Uint32Array(BLOCK_FRAMES * 2);
  #blockAt = -1;
  readonly #word = new Uint32Array(2);
  #zeroFrame = -1;
  #hugeZeroFrame = -1;
  #searches = ZERO_SEARCHES;

  /** For one frame, fresh. */
  words(frame: number): FrameWords | FrameRefusal {
    if (!this.#open() || this.#flags === undefined || this.#count === undefined) {
      return this.#refusal ?? { known: false, why: 'the frame tables could not be opened', remedy: undefined };
    }
    const word = new BigUint64Array(1);
    if (readSync(this.#flags, word, 0, 8, frame * 8) !== 8) return { known: false, why: `there is no frame ${frame}`, remedy: undefined };
    const flags = word[0] ?? 0n;
    if (readSync(this.#count, word, 0, 8, frame * 8) !== 8) return { known: false, why: `there is no frame ${frame}`, remedy: undefined };
    return { known: true, flags, count: word[0] ?? 0n };
  }

  /** kpageflags of one frame of many: neighbouring frames come from one read, so the word may be as old as the neighbour's. `forget` before a walk. */
  flagsOf(frame: number): number | undefined {
    if (!this.#open() || this.#flags === undefined) return undefined;
    const block = frame - (frame % BLOCK_FRAMES);
    if (block !== this.#blockAt) {
      const bytes = new Uint8Array(this.#block.buffer);
      const got = readSync(this.#flags, bytes, 0, bytes.length, block * 8);
      bytes.fill(0, got);
      this.#blockAt = block;
    }
    return this.#block[(frame - block) * 2];
  }

  forget(): void {
    this.#blockAt = -1;
  }

  /** The frames of zeros stay the same until the machine is restarted, so each is found once. */
  isZero(frame: number): 'zero' | 'other' | 'unknown' {
    if (frame === this.#zeroFrame || (this.#hugeZeroFrame >= 0 && frame >= this.#hugeZeroFrame && frame < this.#hugeZeroFrame + 512)) return 'zero';
    if (this.#searches === 0) return this.#zeroFrame < 0 ? 'unknown' : 'other';
    this.#searches--;
    const flags = this.#single(frame);
    if (flags === undefined) return 'unknown';
    if (!(flags & KPF_ZERO_PAGE)) return 'other';
    if (this.#zeroFrame < 0 && !this.#isHugeZero(frame)) this.#zeroFrame = frame;
    else this.#hugeZeroFrame = frame - (frame % 512);
    return 'zero';
  }

  #isHugeZero(frame: number): boolean {
    const neighbour = this.#single(frame - (frame % 512) + ((frame + 1) % 512));
    return neighbour !== undefined && (neighbour & KPF_ZERO_PAGE) !== 0;
  }

  /** One word: frames of ambiguous pages lie far apart, and each word is work for the kernel. */
  #single(frame: number): number | undefined {
    if (!this.#open() || this.#flags === undefined) return undefined;
    return readSync(this.#flags, this.#word, 0, 8, frame * 8) === 8 ? this.#word[0] : undefined;
  }

  #open(): boolean {
    if (this.#flags !== undefined) return true;
    if (this.#refusal) return false;
    try {
      const flags = openSync('/proc/kpageflags', 'r');
      try {
        this.#count = openSync('/proc/kpagecount', 'r');
      } catch (error) {
        closeSync(flags);
        throw error;
      }
      this.#flags = flags;
      return true;
    } catch (error) {
      const errno = errnoOf(error);
      if (errno === '') throw error;
      this.#refusal = errno === 'ENOENT'
        ? { known: false, why: 'this kernel has no frame tables (CONFIG_PROC_PAGE_MONITOR)', remedy: undefined }
        : { known: false, why: `only root may read /proc/kpageflags and /proc/kpagecount (${errno})`, remedy: 'Start vmatlas with sudo.' };
      return false;
    }
  }
}

export const systemFrames = new SystemFrames();
