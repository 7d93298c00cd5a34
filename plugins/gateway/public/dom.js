// What the page's modules make and find of its elements.

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export const find = (id, type) => {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`)
  return found
}

/** @param {string} tag @param {string} [className] @param {string} [text] */
export const element = (tag, className, text) => {
  const made = document.createElement(tag)
  if (className) made.className = className
  if (text !== undefined) made.textContent = text
  return made
}

/** @param {string} text @param {() => void} press */
export const textButton = (text, press) => {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = text
  button.addEventListener('click', press)
  return button
}

/** Shows a command as code: between backquotes, or after a colon. @param {HTMLElement} parent @param {string} text */
export const withCode = (parent, text) => {
  for (const part of text.split(/(`[^`]+`|(?<=: )essence .+)/)) {
    const command = /^(?:`.+`|essence .+)$/.test(part)
    parent.append(command ? element('code', '', part.replaceAll('`', '')) : part)
  }
  return parent
}
