/** Work that may wait a little: many asks within `ms` become one call. */
export interface Soon {
  ask(): void
  cancel(): void
}

export function createSoon(ms: number, work: () => void): Soon {
  let timer: NodeJS.Timeout | undefined
  return {
    ask: () => {
      timer ??= setTimeout(() => {
        timer = undefined
        work()
      }, ms)
    },
    cancel: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
