/** Sheets that this room writes beside those of the data, by name. A reader passes them over without a word. */
export const sheetNames = {
  instructions: '填写说明',
  examples: '填写示例',
  dictionaries: '字典',
  summary: '问题汇总',
} as const

export const ownSheets: ReadonlySet<string> = new Set(Object.values(sheetNames))
