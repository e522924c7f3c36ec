import { BarChart, LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { Palette } from '../theme/theme.ts'
import { clockText, dayText, instantText, numberText } from './format.ts'

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, SVGRenderer])

export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
  readonly unit?: string
  /** Which colour of the palette, when its meaning is good, warn or bad. */
  readonly meaning?: 'good' | 'warn' | 'bad'
  readonly stack?: string
}

export interface Drawing {
  readonly times: readonly string[]
  readonly series: readonly Series[]
  readonly palette: Palette
  readonly still: boolean
  readonly kind: 'line' | 'bar'
}

export type Draw = typeof draw

const dashes = ['solid', 'dashed', 'dotted'] as const

/** Which instants are told below a chart: round ones, so that one reads 02:00 and not 02:15; of days the first instant of each. */
function roundOnes(times: readonly string[], span: number): readonly boolean[] {
  const clocks = times.map((at) => clockText(at).split(':').map(Number))
  const round = times.map((at, index) => {
    const [hour = 0, minute = 0] = clocks[index] ?? []
    if (span > 36 * 3_600_000) return index > 0 && dayText(at) !== dayText(times[index - 1] as string)
    return span > 2 * 3_600_000 ? minute === 0 && hour % 2 === 0 : minute % 10 === 0
  })
  return round.filter(Boolean).length < 2 ? times.map(() => true) : round
}

/** Draws, and redraws when the box changes its size. @returns how to take it away */
export function draw(box: HTMLElement, { times, series, palette, still, kind }: Drawing): () => void {
  const chart = init(box, null, { renderer: 'svg' })
  const span = times.length < 2 ? 0 : Date.parse(times.at(-1) as string) - Date.parse(times[0] as string)
  const round = roundOnes(times, span)
  const label = (at: string) => (span > 36 * 3_600_000 ? dayText(at).slice(5) : clockText(at))
  chart.setOption({
    animation: !still,
    animationDuration: 300,
    textStyle: { fontFamily: getComputedStyle(box).fontFamily, color: palette.text },
    color: series.map(({ meaning }, at) =>
      meaning === undefined ? (palette.series[at % palette.series.length] as string) : palette[meaning],
    ),
    grid: { left: 8, right: 12, top: series.length > 1 ? 34 : 14, bottom: 4, containLabel: true },
    ...(series.length > 1
      ? {
          legend: {
            top: 0,
            left: 0,
            icon: 'roundRect',
            itemWidth: 14,
            itemHeight: 4,
            itemGap: 18,
            textStyle: { color: palette.text, fontFamily: getComputedStyle(box).fontFamily },
          },
        }
      : {}),
    // Drawn in the picture: a tooltip of HTML would need style attributes, which the security policy forbids.
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: palette.surface,
      borderColor: palette.line,
      textStyle: { color: palette.text },
      formatter: (points: unknown) => tooltipOf(points as readonly Point[], times, series),
    },
    xAxis: {
      type: 'category',
      data: times.map(label),
      boundaryGap: kind === 'bar',
      axisLine: { lineStyle: { color: palette.line } },
      axisTick: { show: false },
      axisLabel: { color: palette.muted, hideOverlap: true, interval: (index: number) => round[index] === true },
    },
    yAxis: {
      type: 'value',
      minInterval: 1,
      splitLine: { lineStyle: { color: palette.line } },
      axisLabel: { color: palette.muted, formatter: (value: number) => numberText(value) },
    },
    series: series.map(({ name, values, stack }, at) => ({
      name,
      type: kind,
      data: [...values],
      symbol: 'none',
      ...(stack === undefined ? {} : { stack }),
      ...(kind === 'line'
        ? { lineStyle: { width: 2, type: dashes[at % dashes.length] }, areaStyle: { opacity: series.length === 1 ? 0.12 : 0 } }
        : {}),
      ...(kind === 'bar' ? { barMaxWidth: 18 } : {}),
    })),
  })
  const observer = new ResizeObserver(() => chart.resize())
  observer.observe(box)
  return () => {
    observer.disconnect()
    chart.dispose()
  }
}

interface Point {
  readonly dataIndex: number
  readonly seriesIndex: number
  readonly seriesName: string
  readonly value: number | null
}

function tooltipOf(points: readonly Point[], times: readonly string[], series: readonly Series[]): string {
  const at = times[points[0]?.dataIndex ?? 0]
  const lines = points.map(
    ({ seriesIndex, seriesName, value }) =>
      `${seriesName}  ${value === null ? '—' : numberText(value, 1)}${series[seriesIndex]?.unit ?? ''}`,
  )
  return [at === undefined ? '' : instantText(at, false), ...lines].join('\n')
}
