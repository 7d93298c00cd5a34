/**
 * What Whisper is known to hallucinate where there is no speech: the ends of videos and credits of subtitles it was trained on,
 * without punctuation, in lower case. People say some of it as well: it counts only in a segment that is doubtful.
 */
const phrases = new Set([
  'thank you',
  'thanks',
  'thanks for watching',
  'thank you for watching',
  'thank you so much for watching',
  'thank you very much',
  'thanks for watching and dont forget to like and subscribe',
  'thank you for watching and see you next time',
  'please subscribe',
  'please subscribe to my channel',
  'like and subscribe',
  'dont forget to subscribe',
  'see you next time',
  'see you in the next video',
  'ill see you in the next video',
  'bye',
  'bye bye',
  'you',
  'okay',
  'oh',
  'uh',
  'hmm',
  'so',
  'the end',
  'danke',
  'vielen dank',
  'danke fürs zuschauen',
  'vielen dank fürs zuschauen',
  'bis zum nächsten mal',
  'tschüss',
  'merci',
  'merci davoir regardé cette vidéo',
  'merci davoir regardé la vidéo',
  'abonnezvous',
  'gracias',
  'gracias por ver el video',
  'muchas gracias por ver el video',
  'suscríbete',
  'suscríbete al canal',
  'obrigado',
  'obrigado por assistir',
  'grazie',
  'grazie a tutti',
  'grazie per aver guardato il video',
  'bedankt voor het kijken',
  'dziękuję',
  'dziękuję za uwagę',
  'dziękuję za obejrzenie',
  'продолжение следует',
  'спасибо за просмотр',
  'спасибо',
  'подписывайтесь на канал',
  'дякую за перегляд',
  'дякую',
  'izlediğiniz için teşekkür ederim',
  'teşekkürler',
  'altyazı mk',
  'ご視聴ありがとうございました',
  'ありがとうございました',
  'チャンネル登録お願いします',
  'おやすみなさい',
  '시청해주셔서 감사합니다',
  '감사합니다',
  '구독과 좋아요 부탁드립니다',
  '谢谢观看',
  '谢谢大家',
  '请不吝点赞 订阅 转发 打赏支持明镜与点点栏目',
  'شكرا للمشاهدة',
  'اشتركوا في القناة',
])

/** Credits; anywhere in a text that is doubtful. */
const credits = [
  /amara\s?\.?\s?org/u,
  /subtitles? by|subtitled by|captions? by|transcribed by|transcription by|closed captioning/u,
  /untertitel|untertitelung|swr \d{4}|zdf.{0,12}\d{4}|copyright/u,
  /soustitr|sous titr/u,
  /subtítulos|subtitulado|legendas? (por|pela)|legendado/u,
  /sottotitoli|ondertiteld|ondertiteling|tekstning|undertekst|textning|napisy/u,
  /субтитры|редактор субтитров|корректор/u,
  /字幕|자막/u,
]

/** Letters, digits and single spaces of a text, in lower case. */
export const bareText = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}\s]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()

/** Whether the whole of a text is a known hallucination. */
export const isKnownHallucination = (text: string): boolean => {
  const bare = bareText(text)
  return phrases.has(bare) || (bare.length <= 80 && credits.some(credit => credit.test(bare)))
}
