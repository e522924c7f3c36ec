import { randomInt } from 'node:crypto'

/** Strokes of each character on a grid of 4 by 6, as points. No text stands in the picture, only lines. */
const strokes: Readonly<Record<string, readonly (readonly (readonly [number, number])[])[]>> = {
  '2': [
    [
      [0, 1.2],
      [1, 0],
      [3, 0],
      [4, 1.3],
      [3.4, 2.8],
      [0, 6],
      [4, 6],
    ],
  ],
  '3': [
    [
      [0, 0.6],
      [1.4, 0],
      [3.4, 0.4],
      [3.6, 2],
      [1.6, 2.9],
      [3.8, 3.8],
      [3.6, 5.4],
      [1.6, 6],
      [0, 5.3],
    ],
  ],
  '4': [
    [
      [3, 6],
      [3, 0],
      [0, 4.2],
      [4, 4.2],
    ],
  ],
  '6': [
    [
      [3.6, 0.4],
      [1.6, 0.6],
      [0.2, 3],
      [0.3, 5.2],
      [2, 6],
      [3.8, 5.2],
      [3.8, 3.6],
      [2, 2.8],
      [0.3, 3.9],
    ],
  ],
  '7': [
    [
      [0, 0],
      [4, 0],
      [1.4, 6],
    ],
    [
      [0.9, 3],
      [3.4, 3],
    ],
  ],
  '8': [
    [
      [2, 2.8],
      [0.4, 1.8],
      [0.6, 0.4],
      [2, 0],
      [3.4, 0.4],
      [3.6, 1.8],
      [2, 2.8],
      [0.1, 4],
      [0.3, 5.5],
      [2, 6],
      [3.7, 5.5],
      [3.9, 4],
      [2, 2.8],
    ],
  ],
  '9': [
    [
      [3.8, 2.2],
      [2, 3.2],
      [0.2, 2.4],
      [0.2, 0.8],
      [2, 0],
      [3.7, 0.8],
      [3.8, 3],
      [3, 5.2],
      [1, 6],
    ],
  ],
  A: [
    [
      [0, 6],
      [2, 0],
      [4, 6],
    ],
    [
      [0.8, 4],
      [3.2, 4],
    ],
  ],
  E: [
    [
      [4, 0],
      [0, 0],
      [0, 6],
      [4, 6],
    ],
    [
      [0, 3],
      [3, 3],
    ],
  ],
  F: [
    [
      [4, 0],
      [0, 0],
      [0, 6],
    ],
    [
      [0, 3],
      [3, 3],
    ],
  ],
  H: [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 0],
      [4, 6],
    ],
    [
      [0, 3],
      [4, 3],
    ],
  ],
  K: [
    [
      [0, 0],
      [0, 6],
    ],
    [
      [4, 0],
      [0, 3.4],
      [4, 6],
    ],
  ],
  M: [
    [
      [0, 6],
      [0, 0],
      [2, 3.4],
      [4, 0],
      [4, 6],
    ],
  ],
  N: [
    [
      [0, 6],
      [0, 0],
      [4, 6],
      [4, 0],
    ],
  ],
  R: [
    [
      [0, 6],
      [0, 0],
      [3, 0],
      [4, 1],
      [4, 2.2],
      [3, 3.1],
      [0, 3.1],
    ],
    [
      [1.8, 3.1],
      [4, 6],
    ],
  ],
  T: [
    [
      [0, 0],
      [4, 0],
    ],
    [
      [2, 0],
      [2, 6],
    ],
  ],
  X: [
    [
      [0, 0],
      [4, 6],
    ],
    [
      [4, 0],
      [0, 6],
    ],
  ],
  Y: [
    [
      [0, 0],
      [2, 3],
      [4, 0],
    ],
    [
      [2, 3],
      [2, 6],
    ],
  ],
}

const characters = Object.keys(strokes)
const width = 200
const height = 64

export const randomAnswer = (): string => Array.from({ length: 5 }, () => characters[randomInt(characters.length)]).join('')

const between = (low: number, high: number): number => low + (randomInt(10_000) / 10_000) * (high - low)

/** The picture of an answer: every character turned, bent and moved by chance, crossed by lines of the same colour and width. */
export function drawAnswer(answer: string): string {
  const lines = [...answer].flatMap((character, at) => {
    const [size, turn, lean] = [between(5.2, 6.8), between(-0.35, 0.35), between(-0.2, 0.2)]
    const [left, top] = [14 + at * 36 + between(-4, 4), 12 + between(-4, 6)]
    return (strokes[character] ?? []).map((points) =>
      points.map(([x, y]): [number, number] => {
        const [u, v] = [(x - 2 + lean * (3 - y)) * size, (y - 3) * size]
        return [
          left + 13 + u * Math.cos(turn) - v * Math.sin(turn) + between(-0.6, 0.6),
          top + 18 + u * Math.sin(turn) + v * Math.cos(turn) + between(-0.6, 0.6),
        ]
      }),
    )
  })
  const crossing = Array.from({ length: 2 }, (): [number, number][] => {
    const [start, end, bend] = [between(4, height - 4), between(4, height - 4), between(-18, 18)]
    return Array.from({ length: 9 }, (_, at): [number, number] => [
      (at / 8) * width,
      Math.min(height - 2, Math.max(2, start + ((end - start) * at) / 8 + Math.sin((at / 8) * Math.PI * 2) * bend)),
    ])
  })
  const all = [...lines, ...crossing].map((points) => ({ points, order: randomInt(1_000_000) })).toSorted((a, b) => a.order - b.order)
  const path = all.map(({ points }) => `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`).join('')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="验证码图片 captcha picture"><path d="${path}" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round" stroke-linejoin="round"/></svg>`
}
