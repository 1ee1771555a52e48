import { WindableClock, systemClock } from '../../local/clock.ts';

describe('the windable clock', () => {
  it('runs what has come due, in the order of the due times', () => {
    const clock = new WindableClock();
    const ran: string[] = [];
    clock.after(3000, () => ran.push('three'));
    clock.after(1000, () => ran.push('one'));
    clock.after(2000, () => ran.push('two'));
    clock.after(9000, () => ran.push('nine'));

    clock.wind(3000);

    expect(ran).toEqual(['one', 'two', 'three']);
  });

  it('shows each callback the time at which it was due', () => {
    const clock = new WindableClock();
    const start = clock.now();
    const seen: number[] = [];
    for (const hours of [1, 2]) {
      clock.after(hours * 3_600_000, () =>
        seen.push(Math.round((clock.now() - start) / 3_600_000)),
      );
    }

    clock.wind(3 * 3_600_000);

    expect(seen).toEqual([1, 2]);
    expect(clock.now() - start).toBeGreaterThanOrEqual(3 * 3_600_000);
  });

  it('runs what a callback sets, if that comes due on the way too', () => {
    const clock = new WindableClock();
    let ticks = 0;
    const tick = (): void => {
      ticks += 1;
      clock.after(60_000, tick);
    };
    clock.after(60_000, tick);

    clock.wind(10 * 60_000);

    expect(ticks).toBe(10);
  });

  it('runs nothing that was cancelled', () => {
    const clock = new WindableClock();
    const ran: string[] = [];
    const cancel = clock.after(1000, () => ran.push('cancelled before'));
    clock.after(2000, () => cancelLater());
    const cancelLater = clock.after(3000, () => ran.push('cancelled on the way'));
    cancel();

    clock.wind(5000);

    expect(ran).toEqual([]);
  });

  it('runs by itself when nobody winds it', async () => {
    const clock = new WindableClock();
    clock.wind(60_000);
    const set = clock.now();

    const ran = await new Promise<number>((resolve) => {
      clock.after(1, () => resolve(clock.now()));
    });

    expect(ran).toBeGreaterThanOrEqual(set);
  });

  it('runs what was set before by itself, at the new time', async () => {
    const clock = new WindableClock();
    const set = clock.now();
    const ran = new Promise<number>((resolve) => {
      clock.after(3_600_000, () => resolve(clock.now()));
    });

    clock.wind(3_600_000 - 5);

    expect((await ran) - set).toBeGreaterThanOrEqual(3_600_000 - 5);
  });

  it('holds timers of more than 25 days, which the machine cannot', () => {
    const clock = new WindableClock();
    const day = 24 * 3_600_000;
    let ran = false;
    clock.after(30 * day, () => (ran = true));

    clock.wind(29 * day);
    expect(ran).toBe(false);
    clock.wind(day);

    expect(ran).toBe(true);
  });
});

describe('the system clock', () => {
  it('runs a callback once, unless it is cancelled', async () => {
    let cancelled = 0;
    const cancel = systemClock.after(1, () => (cancelled += 1));
    cancel();

    await new Promise<void>((resolve) => {
      systemClock.after(5, resolve);
    });

    expect(cancelled).toBe(0);
  });

  it('waits for more than 25 days rather than not at all', async () => {
    let ran = false;
    const cancel = systemClock.after(30 * 24 * 3_600_000, () => (ran = true));

    await new Promise<void>((resolve) => {
      systemClock.after(5, resolve);
    });
    cancel();

    expect(ran).toBe(false);
  });
});
