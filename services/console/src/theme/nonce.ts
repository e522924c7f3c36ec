/** The nonce that the node's policy allows styles under. */
export const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

/**
 * Style elements that libraries make without asking for a nonce (Ant Design's measuring of scroll bars is one) get it here. It gives nothing to a stranger:
 * what can run this can read the nonce.
 */
export function giveStylesTheNonce(): void {
  const make = document.createElement.bind(document)
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options)
    if (name.toLowerCase() === 'style') element.nonce = nonce
    return element
  }) as typeof document.createElement
}
