/** Whether code may be made from text: not in a page, whose content security policy forbids it (`browser/code.ts`). */
export const mayCompile = true as boolean
