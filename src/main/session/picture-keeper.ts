import { VmatlasError } from '../../shared/model/errors.ts';
import type { MapChange } from '../../shared/model/map-change.ts';
import type { Picture, Target } from '../target/target.ts';
import { Coalescer } from './coalescer.ts';
import { mapChanges } from './map-changes.ts';

export interface KeptPicture {
  readonly picture: Picture;
  /** The generation this picture was found to hold for. */
  readonly generation: number;
  /** Against the generation before. */
  readonly changes: readonly MapChange[];
}

export interface PictureOwner {
  generation(): number;
  /** The map differs: a new generation, please. */
  raiseGeneration(): void;
  /** The kept picture holds for this generation now. */
  changed(generation: number): void;
  failed(target: Target, error: unknown): void;
}

/** Reads pictures of one target at a time, keeps the last, and says when the map differs. */
export class PictureKeeper {
  readonly #owner: PictureOwner;
  readonly #reader = new Coalescer(() => this.#read());
  #target: Target | undefined;
  #kept: KeptPicture | undefined;

  constructor(owner: PictureOwner) {
    this.#owner = owner;
  }

  /** Begins with a target's first picture. What was kept of another target is dropped: the two maps have nothing to do with each other. */
  begin(target: Target, first: Picture): void {
    this.#target = target;
    this.#kept = { picture: first, generation: this.#owner.generation(), changes: [] };
    this.#owner.changed(this.#kept.generation);
  }

  /** Reads anew. Never rejects: failures go to the owner. */
  refresh(): Promise<void> {
    return this.#reader.run();
  }

  /** The newest picture, after every read that is under way. Rejects with `wrong-state` before the first. */
  async latest(): Promise<KeptPicture> {
    await this.#reader.settled();
    if (!this.#kept) throw new VmatlasError({ code: 'wrong-state', message: 'Nothing has been read of this process yet.' });
    return this.#kept;
  }

  async #read(): Promise<void> {
    const target = this.#target;
    if (!target) return;
    let picture: Picture;
    try {
      picture = await target.readPicture();
    } catch (error) {
      if (target === this.#target) this.#owner.failed(target, error);
      return;
    }
    const kept = this.#kept;
    if (target !== this.#target || !kept) return;
    const differs = kept.picture.fingerprint !== picture.fingerprint;
    // A stop has raised the generation already; then this picture is that generation's.
    if (differs && this.#owner.generation() === kept.generation) this.#owner.raiseGeneration();
    const generation = this.#owner.generation();
    const isNew = generation !== kept.generation;
    const changes = differs ? mapChanges(kept.picture.regions, picture.regions) : isNew ? [] : kept.changes;
    this.#kept = { picture, generation, changes };
    if (isNew) this.#owner.changed(generation);
  }
}
