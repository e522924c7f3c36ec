import { useEffect, useRef, useState } from 'react'
import { useMode } from '../theme/mode.tsx'
import type { Draw, Series } from './chart-draw.ts'

/**
 * A chart over time, drawn by ECharts, which is fetched when the first chart is shown. The same figures follow as a table for screen readers.
 * @param times instants of the points, oldest first
 */
export function Chart({
  title,
  times,
  series,
  height = 220,
  kind = 'line',
}: {
  title: string
  times: readonly string[]
  series: readonly Series[]
  height?: number
  kind?: 'line' | 'bar'
}) {
  const { palette, still } = useMode()
  const box = useRef<HTMLDivElement>(null)
  const [draw, setDraw] = useState<Draw | null>(null)
  useEffect(() => {
    let gone = false
    void import('./chart-draw.ts').then((module) => {
      if (!gone) setDraw(() => module.draw)
    })
    return () => {
      gone = true
    }
  }, [])
  useEffect(() => {
    if (draw === null || box.current === null) return
    return draw(box.current, { times, series, palette, still, kind })
  }, [draw, times, series, palette, still, kind])
  return (
    <figure className="chart-figure">
      <figcaption className="visually-hidden">{title}</figcaption>
      <div ref={box} className="chart" style={{ height }} aria-hidden="true" />
    </figure>
  )
}
