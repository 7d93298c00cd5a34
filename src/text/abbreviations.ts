/** Lower case, without the last dot. After these a sentence goes on, whatever comes next. */
export const neverLast = new Set(
  (
    'mr mrs mx dr prof pres rev gen col maj sgt capt lt cmdr gov sen rep st messrs mme mlle sra vs cf viz ' +
    'e.g i.e eg ie al approx resp incl excl fig figs pp ' +
    'z.b d.h u.a u.u i.d.r s.o s.u o.ä v.a bzw ggf evtl vgl sog inkl exkl zzgl nr bspw kap abb ziff ' +
    'p.ej sr ud uds núm pág'
  ).split(' '),
)

/** After these a sentence may end: it does where a usual first word follows. */
export const mayBeLast = new Set(
  (
    'apt rm ste bldg ave blvd rd exp abs mio mrd tsd jh ms ca mt ft ed vol dept est min max tel hr str a.m p.m etc usw usf inc ltd co corp jr bros u.s u.k u.n u.s.a e.u d.c ph.d m.d b.a m.a b.sc m.sc ' +
    'jan feb mar apr jun jul aug sep sept oct okt nov dec dez mon tue wed thu fri sat sun'
  ).split(' '),
)

/**
 * Lower case. Units with a dot of their own, after which a sentence goes on: "5 lb. of flour". Those that are words as well are units
 * only after a digit.
 */
export const dottedUnits = {
  always: 'lb lbs oz fl yd yds gal qt qts tsp tbsp hr hrs'.split(' '),
  afterDigit: 'in mi pt pts sec secs min mins ft cu sq'.split(' '),
}

/** Lower case. Words that begin a sentence far more often than a name. */
export const firstWords = new Set(
  (
    'the a an this that these those it he she we you they i there here my your his her our their its ' +
    'in on at for from with to if when while as after before because although since until by ' +
    'and but or so then now also however still yet finally next first second ' +
    'what who where why how which is are was were do does did can could will would should may please let no not yes ' +
    'der die das ein eine es er sie wir ihr ich du man wenn weil dann danach jetzt auch aber und oder doch so wie was wer wo warum ' +
    'ist sind im am zum bitte nein ja ' +
    'le la les un une des il elle nous vous ils elles je ce cette et mais donc puis oui non ' +
    'el los las una yo tú él ella nosotros ellos y pero entonces sí'
  ).split(' '),
)
