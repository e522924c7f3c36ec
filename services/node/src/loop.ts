/** A piece of work that runs one at a time and once more when it was asked for meanwhile. */
export interface Loop {
  /** Asks for a run; many asks while one runs become one more run. */
  wake(): void
  /** Settles when nothing runs and nothing is asked for. */
  idle(): Promise<void>
  /** No new run; settles when the one under way has ended. */
  stop(): Promise<void>
}

/**
 * @param step one run; true when it should run again at once
 * @param onError hears what a run throws; the loop then rests until the next `wake`
 */
export function createLoop(step: () => Promise<boolean>, onError: (error: unknown) => void): Loop {
  let asked = false
  let stopped = false
  let running: Promise<void> | undefined
  const run = async () => {
    while (asked && !stopped) {
      asked = false
      try {
        if (await step()) asked = true
      } catch (error) {
        onError(error)
      }
    }
    running = undefined
  }
  const idle = async () => {
    while (running) await running
  }
  return {
    wake: () => {
      asked = true
      if (!stopped) running ??= run()
    },
    idle,
    stop: async () => {
      stopped = true
      await idle()
    },
  }
}
