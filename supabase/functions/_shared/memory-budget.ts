import { PipelineError } from "./errors.ts";

/**
 * Bytes of files that one worker of a function holds at the same time. A hosted one has 256 MB in all, of which some 65 are its own; a
 * file takes up to five times its size while it arrives, and twice while it is read.
 */
export const UPLOAD_BUDGET_BYTES = 30 * 1024 * 1024;
export const READING_BUDGET_BYTES = 48 * 1024 * 1024;

/** Longest wait of a caller who waits for an answer, in milliseconds. */
export const BUDGET_PATIENCE_MS = 10_000;

const RETRY_AFTER_MS = 5_000;

/** How many files may wait for memory: more than that are refused at once, of one owner and in all. */
const MOST_WAITING = { owner: 100, all: 400 };

/** How long a file waits before a slower sender is looked for that holds what it waits for, in milliseconds. */
const CONTENDED_MS = 1_000;

export type AllotmentOptions = {
  /** Who the memory is counted for. */
  owner: string;
  /** Most bytes that the file may come to. */
  mostBytes: number;
  /** How long a single wait may take; without end when left out. */
  patienceMs?: number;
  /** Ends a wait, with its reason. */
  signal?: AbortSignal | undefined;
  /**
   * How slow the sender is: true while the bytes come slower than a file should. Others that wait may then take its place.
   * A file that does not arrive from a sender is never slow.
   */
  isSlow?: () => boolean;
};

/** A file's part of the budget. It grows by `take` before bytes are kept, and is given back when it is disposed of. */
export type Allotment = Disposable & {
  /** @throws PipelineError too_many_requests; the reason of the signal */
  take(bytes: number): Promise<void>;
  /** Bytes held now. */
  readonly held: number;
  /** Aborted when the file lost its place to others. */
  readonly lost: AbortSignal;
};

/**
 * Memory for files, taken as the bytes come in and not as they are announced. Who holds least comes first.
 *
 * - Bytes are given out only while every file that holds some can still become complete, one after the other (Dijkstra's
 *   banker's algorithm). Otherwise two halves of files would wait for each other.
 * - One owner holds at most `ownerBytes`, with however many files, or what one single file needs.
 * - While somebody waits, the slowest sender loses its place.
 */
export type MemoryBudget = {
  open(options: AllotmentOptions): Allotment;
  /** Takes all of a file of known size at once. */
  hold(options: AllotmentOptions): Promise<Allotment>;
};

export type BudgetOptions = {
  /** Most that one owner holds; all when left out. */
  ownerBytes?: number;
  contendedMs?: number;
  now?: () => number;
};

type Holder = AllotmentOptions & { held: number; evict: (() => void) | undefined };
type Waiter = { holder: Holder; bytes: number; since: number; grant(): void };

export function createMemoryBudget(
  capacityBytes: number,
  { ownerBytes = capacityBytes, contendedMs = CONTENDED_MS, now = () => performance.now() }: BudgetOptions = {},
): MemoryBudget {
  const holders = new Set<Holder>();
  const shares = new Map<string, number>();
  let held = 0;
  let waiting: Waiter[] = [];
  let evictedAt = -Infinity;

  const shareOf = (owner: string): number => shares.get(owner) ?? 0;
  function change(holder: Holder, bytes: number): void {
    holder.held += bytes;
    held += bytes;
    const share = shareOf(holder.owner) + bytes;
    if (share === 0) shares.delete(holder.owner);
    else shares.set(holder.owner, share);
  }

  const need = ({ mostBytes }: Holder): number => Math.min(mostBytes, capacityBytes);
  const mostOf = (holder: Holder): number => Math.max(ownerBytes, need(holder));
  const isBeyondShare = (holder: Holder, bytes: number): boolean => shareOf(holder.owner) + bytes > mostOf(holder);

  /** A file of more than the capacity gets it when it is alone. */
  function fits(holder: Holder, bytes: number): boolean {
    if (held === holder.held) return true;
    if (held + bytes > capacityBytes || isBeyondShare(holder, bytes)) return false;
    change(holder, bytes);
    const safe = allCanEnd();
    change(holder, -bytes);
    return safe;
  }

  /** Whether those that hold memory can become complete one after the other, each giving its memory back to the next. */
  function allCanEnd(): boolean {
    let free = capacityBytes - held;
    const freed = new Map<string, number>();
    const canEnd = (holder: Holder): boolean => {
      const left = Math.max(0, need(holder) - holder.held);
      const share = shareOf(holder.owner) - (freed.get(holder.owner) ?? 0);
      return left <= free && share + left <= mostOf(holder);
    };
    let open = [...holders]
      .filter((holder) => holder.held > 0)
      .sort((one, other) => need(one) - one.held - need(other) + other.held);
    while (open.length > 0) {
      const still: Holder[] = [];
      for (const holder of open) {
        if (!canEnd(holder)) {
          still.push(holder);
          continue;
        }
        free += holder.held;
        freed.set(holder.owner, (freed.get(holder.owner) ?? 0) + holder.held);
      }
      if (still.length === open.length) return false;
      open = still;
    }
    return true;
  }

  function nextToServe(): Waiter | undefined {
    const inTurn = [...waiting].sort(
      (one, other) => shareOf(one.holder.owner) - shareOf(other.holder.owner) || one.since - other.since,
    );
    let newcomersWait = false;
    for (const waiter of inTurn) {
      const { holder, bytes } = waiter;
      const isNew = holder.held === 0;
      if (isNew && newcomersWait) continue;
      if (fits(holder, bytes)) return waiter;
      // A newcomer that needs much is not overtaken by others for ever. Whoever holds memory has to end, so that it comes back.
      newcomersWait ||= isNew && !isBeyondShare(holder, bytes);
    }
    return undefined;
  }

  function serve(): void {
    for (let waiter = nextToServe(); waiter; waiter = nextToServe()) {
      const served = waiter;
      waiting = waiting.filter((other) => other !== served);
      change(served.holder, served.bytes);
      served.grant();
    }
  }

  /** Somebody waits: the slow sender that holds most, of the owner that holds most, makes room. */
  function evictSlow(): void {
    if (now() - evictedAt < contendedMs) return;
    const [slow] = [...holders]
      .filter((holder) => holder.held > 0 && holder.evict && holder.isSlow?.())
      .filter((holder) => !waiting.some((waiter) => waiter.holder === holder))
      .sort((one, other) => shareOf(other.owner) - shareOf(one.owner) || other.held - one.held);
    if (!slow) return;
    evictedAt = now();
    slow.evict?.();
  }

  function open(options: AllotmentOptions): Allotment {
    const lost = new AbortController();
    const holder: Holder = {
      ...options,
      held: 0,
      evict: () => {
        holder.evict = undefined;
        lost.abort(
          busy(
            "Your file arrived too slowly, and others waited for its place. Send it again as soon as Retry-After says.",
          ),
        );
      },
    };
    holders.add(holder);

    const take = (bytes: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const { signal, patienceMs } = options;
        if (lost.signal.aborted) return reject(lost.signal.reason);
        if (signal?.aborted) return reject(signal.reason);
        const ofOwner = waiting.filter((waiter) => waiter.holder.owner === options.owner).length;
        if (waiting.length >= MOST_WAITING.all || ofOwner >= MOST_WAITING.owner) return reject(busy());
        const waiter: Waiter = { holder, bytes, since: now(), grant: resolve };
        waiting.push(waiter);
        serve();
        if (!waiting.includes(waiter)) return;

        waiter.grant = grant;
        const timer = patienceMs === undefined ? undefined : setTimeout(() => leave(busy()), patienceMs);
        const contended = setInterval(evictSlow, contendedMs);
        const aborted = (): void => leave(signal!.reason);
        signal?.addEventListener("abort", aborted, { once: true });

        function settled(): void {
          clearTimeout(timer);
          clearInterval(contended);
          signal?.removeEventListener("abort", aborted);
        }
        function leave(reason: unknown): void {
          settled();
          waiting = waiting.filter((other) => other !== waiter);
          reject(reason);
          serve(); // a smaller one behind it may fit
        }
        function grant(): void {
          settled();
          resolve();
        }
      });

    return {
      take,
      get held() {
        return holder.held;
      },
      lost: lost.signal,
      [Symbol.dispose]() {
        if (!holders.delete(holder)) return;
        change(holder, -holder.held);
        holder.evict = undefined;
        serve();
      },
    };
  }

  return {
    open,
    async hold(options) {
      const allotment = open(options);
      try {
        await allotment.take(options.mostBytes);
        return allotment;
      } catch (thrown) {
        allotment[Symbol.dispose]();
        throw thrown;
      }
    },
  };
}

const busy = (
  message = "Other files are arriving and fill the memory for them. Send this one again as soon as Retry-After says.",
): PipelineError => new PipelineError("too_many_requests", message, { retryAfterMs: RETRY_AFTER_MS });
