/** What voices take as a speed of their own. */
const plain = {min: 0.5, max: 2}

/** Text as a synthesiser takes it at a speed of 0.25 to 4; one beyond what voices take is left to markup in part. */
export const spokenText = (
  text: string,
  speed?: number | undefined,
): {text: string; speed?: number | undefined; ssml: boolean} => {
  if (speed === undefined) return {text, ssml: false}
  const own = Math.max(plain.min, Math.min(plain.max, speed))
  if (own === speed) return {text, speed, ssml: false}
  return {
    text: `<speak><prosody rate="${(speed / own).toFixed(4)}">${escaped(text)}</prosody></speak>`,
    speed: own,
    ssml: true,
  }
}

const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
