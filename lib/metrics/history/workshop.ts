import { createShape, Distribution, type DistributionShape } from '../distribution';
import { type Packed, unpackInto } from '../packed';

const workshops = new WeakMap<DistributionShape, Workshop>();

/** What the histories of all series of one shape share: the shape without classic buckets, and a distribution to merge in. */
export class Workshop {
  readonly shape: DistributionShape;
  private readonly scratch: Distribution;

  private constructor({ perUnit, hdr }: DistributionShape) {
    this.shape = createShape(perUnit, undefined, hdr);
    this.scratch = new Distribution(this.shape);
  }

  static of(shape: DistributionShape): Workshop {
    let workshop = workshops.get(shape);
    if (workshop === undefined) workshops.set(shape, (workshop = new Workshop(shape)));
    return workshop;
  }

  get byteLength(): number {
    return this.scratch.parts().cells?.byteLength ?? 0;
  }

  /** The distribution to merge in, empty; whoever had it before has lost it. */
  blank(): Distribution {
    this.scratch.clear();
    return this.scratch;
  }

  unpacked(packed: Packed): Distribution {
    const all = this.blank();
    unpackInto(packed, all);
    return all;
  }
}
