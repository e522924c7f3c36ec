import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react'
import { dark, light, type Palette } from './theme.ts'

export type Choice = 'system' | 'light' | 'dark'

interface Mode {
  readonly choice: Choice
  readonly mode: 'light' | 'dark'
  readonly palette: Palette
  /** The person asked the system for less movement. */
  readonly still: boolean
  choose(choice: Choice): void
  /** One mode whatever was chosen, while a page wants it; null: no more. */
  force(mode: 'light' | 'dark' | null): void
}

const ModeContext = createContext<Mode | null>(null)
const kept = 'huijiao-theme'

/** What was chosen here before; a browser without storage follows the system. */
function keptChoice(): Choice {
  try {
    const value = localStorage.getItem(kept)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

function useMatches(query: string): boolean {
  const [matches, setMatches] = useState(() => window.matchMedia(query).matches)
  useEffect(() => {
    const list = window.matchMedia(query)
    const changed = () => setMatches(list.matches)
    changed()
    list.addEventListener('change', changed)
    return () => list.removeEventListener('change', changed)
  }, [query])
  return matches
}

/** Light or dark, by the system unless the person chose; print is always light. */
export function ModeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<Choice>(keptChoice)
  const [forced, force] = useState<'light' | 'dark' | null>(null)
  const systemDark = useMatches('(prefers-color-scheme: dark)')
  const still = useMatches('(prefers-reduced-motion: reduce)')
  const printing = useMatches('print')
  const mode: 'light' | 'dark' = printing
    ? 'light'
    : forced !== null
      ? forced
      : choice === 'system'
        ? systemDark
          ? 'dark'
          : 'light'
        : choice
  useEffect(() => {
    document.documentElement.dataset['mode'] = mode
  }, [mode])
  const value = useMemo<Mode>(
    () => ({
      choice,
      mode,
      still,
      force,
      palette: mode === 'dark' ? dark : light,
      choose(next) {
        setChoice(next)
        try {
          if (next === 'system') localStorage.removeItem(kept)
          else localStorage.setItem(kept, next)
        } catch {
          // It holds until the page is left.
        }
      },
    }),
    [choice, mode, still],
  )
  return <ModeContext value={value}>{children}</ModeContext>
}

export function useMode(): Mode {
  const mode = useContext(ModeContext)
  if (mode === null) throw new Error('no ModeProvider around this')
  return mode
}

export { useMatches }
/** Phones and narrow windows, where the navigation folds and tables become cards. */
export const useNarrow = (): boolean => useMatches('screen and (max-width: 767px)')
