/**
 * An emoji or several in a row, with their variation selectors, joiners, tags and skin tones; flags. Unicode counts ©, ® and ™ among
 * them; key caps (`1️⃣`) and parts of an emoji that stand alone are not found.
 */
export const emoji =
  /(?:\p{Extended_Pictographic}(?:\u{FE0F}|\u{200D}|[\u{E0020}-\u{E007F}]|\p{Emoji_Modifier})*|\p{Regional_Indicator})+/gu
