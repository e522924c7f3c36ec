/** A page under a strict content security policy makes no code from text. */
export const mayCompile = false as boolean
