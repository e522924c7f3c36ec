import { theme as antTheme, type ThemeConfig } from 'antd'

/** The colours of the console: navy and white, one accent, and four meanings. Contrast of text ≥ 4.5:1 on its ground in both modes. */
export interface Palette {
  readonly navy: string
  readonly accent: string
  readonly good: string
  readonly warn: string
  readonly bad: string
  readonly quiet: string
  readonly ground: string
  readonly surface: string
  readonly line: string
  readonly text: string
  readonly muted: string
  /** Series of charts, in order; told apart without colour by their names and dashes too. */
  readonly series: readonly string[]
}

export const light: Palette = {
  navy: '#12355b',
  accent: '#1f5f9e',
  good: '#1b6e44',
  warn: '#8a5300',
  bad: '#b3261e',
  quiet: '#5b6775',
  ground: '#f3f5f8',
  surface: '#ffffff',
  line: '#d9dfe7',
  text: '#1a2430',
  muted: '#52606f',
  series: ['#1f5f9e', '#b26a00', '#1b6e44', '#8e3b8a', '#52606f', '#b3261e'],
}

export const dark: Palette = {
  navy: '#0f2136',
  accent: '#7db4ec',
  good: '#6cc79a',
  warn: '#e8b04a',
  bad: '#ff9a90',
  quiet: '#9aa8b8',
  ground: '#0e1620',
  surface: '#16212e',
  line: '#2c3b4d',
  text: '#e6ecf3',
  muted: '#a7b4c3',
  series: ['#7db4ec', '#e8b04a', '#6cc79a', '#d79ad3', '#a7b4c3', '#ff9a90'],
}

const chinese = '"PingFang SC","Microsoft YaHei","Noto Sans SC","Noto Sans CJK SC","Source Han Sans SC"'
const latin = '"Segoe UI","Helvetica Neue","Noto Sans",Arial,system-ui,-apple-system'

/** Quotation marks and dashes are as wide as a character in a Chinese face, which tears English words apart: there a Latin face comes first. */
const familyOf = (language: string): string => (language === 'en' ? `${latin},${chinese},sans-serif` : `${chinese},${latin},sans-serif`)

/** Ant Design with these colours: square-ish corners, no shadows on what lies flat, no movement for people who asked for none. */
export function antThemeOf(mode: 'light' | 'dark', still: boolean, language: string): ThemeConfig {
  const palette = mode === 'dark' ? dark : light
  return {
    algorithm: mode === 'dark' ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    token: {
      colorPrimary: mode === 'dark' ? '#4f93d6' : palette.accent,
      colorLink: palette.accent,
      colorLinkHover: mode === 'dark' ? '#a5cdf5' : '#174a7c',
      colorSuccess: palette.good,
      colorWarning: palette.warn,
      colorError: palette.bad,
      colorInfo: palette.accent,
      colorText: palette.text,
      colorTextSecondary: palette.muted,
      colorTextTertiary: palette.muted,
      colorTextDescription: palette.muted,
      colorTextPlaceholder: mode === 'dark' ? '#8b99a9' : '#66717d',
      colorBgLayout: palette.ground,
      colorBgContainer: palette.surface,
      colorBorder: mode === 'dark' ? '#44566b' : '#8794a3',
      colorBorderSecondary: palette.line,
      borderRadius: 4,
      fontFamily: familyOf(language),
      fontSize: 14,
      motion: !still,
    },
    components: {
      Table: { headerBg: mode === 'dark' ? '#1b2938' : '#eef2f6', headerSplitColor: 'transparent' },
      Button: {
        primaryShadow: 'none',
        defaultShadow: 'none',
        dangerShadow: 'none',
        ...(mode === 'dark' ? { primaryColor: '#06121f' } : {}),
      },
    },
  }
}
