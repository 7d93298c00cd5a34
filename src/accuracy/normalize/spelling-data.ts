// British spellings and the American ones beside them, as Whisper's normaliser has them (MIT, see NOTICE), folded into families.

/** What changes, the endings it changes before (`-`: none), and the beginnings of the words: `is>iz e,ed: local` is localise, localised. */
export const spellingFamilies = `
is>iz e,ed,es,ing: accessor anglic antagon apolog author bapt bastard bowdler brutal canal cannibal canon capital
is>iz e,ed,es,ing: caramel carbon categor cauter central character circular civil collectiv commercial compartmental
is>iz e,ed,es,ing: computer conceptual contextual criminal critic custom demon deodor depersonal deput digit econom
is>iz e,ed,es,ing: editorial empath emphas energ epitom eulog evangel exorc factor fantas femin galvan ghetto glamor
is>iz e,ed,es,ing: homogen human hybrid hypnot hypothes idol immortal individual industrial initial intellectual italic
is>iz e,ed,es,ing: item jeopard legitim local magnet memor memorial mesmer metabol militar minim modern moral optim
is>iz e,ed,es,ing: ostrac overemphas particular penal personal philosoph plagiar propagand public radical random recogn
is>iz e,ed,es,ing: revital revolution rhapsod romantic sanit satir scandal scrutin sensational sensit sentimental
is>iz e,ed,es,ing: sermon signal sodom solemn summar symbol tempor tender terror theor traumat trivial tyrann vandal
is>iz e,ed,es,ing: verbal
is>iz ation,e,ed,es,ing: acclimat crystall decentral decriminal dehuman demilitar demobil democrat demoral denational
is>iz ation,e,ed,es,ing: desensit destabil extempor familiar final formal fossil fratern global harmon hospital ideal
is>iz ation,e,ed,es,ing: immun institutional internal international legal liberal lion marginal material maxim mechan
is>iz ation,e,ed,es,ing: miniatur mobil monopol natural neutral normal oxid passiv pasteur pedestrian polar politic
is>iz ation,e,ed,es,ing: popular pressur priorit professional pulver regular secular social standard stigmat synchron
is>iz ation,e,ed,es,ing: systemat union urban util vapor victim vulgar western
ll>l ed,ing: backpeda bedevi cance caro cavi channe chise counse cudge dia disembowe drive due ename funne gambo grove
ll>l ed,ing: impane imperi initia labe libe marsha marve pane parce peda penci quarre rave refue remode riva shove
ll>l ed,ing: shrive signa snive snorke spira squirre stenci swive towe tria tunne unrave wease yode
is>iz ation,ations,e,ed,es,ing: amort dramat external fictional general national privat rational real reorgan serial
is>iz ation,ations,e,ed,es,ing: special visual vocal
is>iz ation,e,ed,er,ers,es,ing: colon equal fertil immobil ion organ stabil steril subsid
our>or -,ed,ing,s: belab clam col discol dishon endeav fav flav harb hon hum lab sav succ
re>er -,s: amphitheat calib cent centilit centimet epicent fib goit kilomet lit louv met micromet millilit millimet mit
re>er -,s: reconnoit sab scept sepulch spect theat
is>iz e,ed,er,ers,es,ing: liquid moistur proselyt sympath synthes woman
our>or -,s: arb behavi misdemean neighb od parl rig rum savi splend tricol tum vap watercol
ys>yz e,ed,es,ing: anal breathal catal paral psychoanal
ll>l ed,er,ers,ing: leve mode reve trave
is>iz e,ed,es,ing,ingly: agon patron tantal
>l -,s: appal distil enrol enthral fulfil instal instil
me> -,s: aerogram centigram gram kilogram milligram program
our>or -: ard arm cand clang demean disfav ferv misbehavi ranc technicol val vig
ue> -,s: analog catalog dialog epilog monolog prolog
is>iz ed: annual disorgan motor ritual transistor unauthor uncivil underutil unorgan unrecogn vulcan
ll>l ed: bejewe beve disheve grave jewe tasse unequa unriva untramme
c>s e,es: defen offen preten
is>iz able: amort real recogn unrecogn util
re>er -: lacklust lust meag saltpet somb
aesthetis>esthetiz e,ed,es,ing: an
c>k -,s: dis videodis
c>s e,ed,es,ing: licen
lis>iz e,ed,es,ing: tranquil
ll>l or,ors: counci counse
oeuvre>euver -,s: man outman
our>or able: dishon fav hon unfav
our>or ably: dishon fav hon unfav
our>or ed: arm enam multicol rum
our>or er,ers: arm lab
our>or less: col flav hum od
s>c e,ed,es,ing: practi
te> -,s: epaulet omelet
ugh>w -,ed,ing,s: plo
>e red: cent louv reconnoit
a> emia: an leuk tox
e> ing: ag bing glu
our>or y: arm sav unsav
s> es: bus gas minibus
`

/** Words that are in no large family. */
export const spellingPairs = `
accoutrements accouterments, aeon eon, aeons eons, aeroplane airplane, aeroplanes airplanes, aesthete esthete,
aesthetes esthetes, aesthetic esthetic, aesthetically esthetically, aesthetics esthetics, aetiology etiology,
aggrandisement aggrandizement, almanack almanac, almanacks almanacs, aluminium aluminum, anaemic anemic,
anaesthesia anesthesia, anaesthetic anesthetic, anaesthetics anesthetics, anaesthetist anesthetist,
anaesthetists anesthetists, anaesthetize anesthetize, anaesthetized anesthetized, anaesthetizes anesthetizes,
anaesthetizing anesthetizing, appetiser appetizer, appetisers appetizers, appetising appetizing,
appetisingly appetizingly, archaeologically archeologically, archaeologist archeologist, archaeologists archeologists,
archaeology archeology, archeological archaeological, armouries armories, artefact artifact, artefacts artifacts,
axe ax, bannister banister, bannisters banisters, battleax battleaxe, baulk balk, baulked balked, baulking balking,
baulks balks, behavioural behavioral, behaviourism behaviorism, behaviourist behaviorist, behaviourists behaviorists,
behove behoove, behoved behooved, behoves behooves, bevvies bevies, bevvy bevy, biassed biased, biassing biasing,
bougainvillaea bougainvillea, bougainvillaeas bougainvilleas, breathalyser breathalyzer, breathalysers breathalyzers,
bussing busing, caesarean cesarean, caesareans cesareans, calliper caliper, callipers calipers,
callisthenics calisthenics, cancelation cancellation, cancelations cancellations, catalogued cataloged,
cataloguing cataloging, centrefold centerfold, centrefolds centerfolds, centrepiece centerpiece,
centrepieces centerpieces, cheque check, chequebook checkbook, chequebooks checkbooks, chequered checkered,
cheques checks, chilli chili, chimaera chimera, chimaeras chimeras, clarinettist clarinetist,
clarinettists clarinetists, colourant colorant, colourants colorants, coloureds coloreds, colourful colorful,
colourfully colorfully, colourize colorize, colourized colorized, colourizes colorizes, colourizing colorizing,
connexion connection, connexions connections, cosier cozier, cosies cozies, cosiest coziest, cosily cozily,
cosiness coziness, cosy cozy, crenelated crenellated, crueller crueler, cruellest cruelest, cypher cipher,
cyphers ciphers, defenceless defenseless, diarrhoea diarrhea, disorganisation disorganization, draught draft,
draughtboard draftboard, draughtboards draftboards, draughtier draftier, draughtiest draftiest, draughts drafts,
draughtsman draftsman, draughtsmanship draftsmanship, draughtsmen draftsmen, draughtswoman draftswoman,
draughtswomen draftswomen, draughty drafty, edoema edema, encyclopaedia encyclopedia, encyclopaedias encyclopedias,
encyclopaedic encyclopedic, faecal fecal, faeces feces, favourite favorite, favourites favorites,
favouritism favoritism, fibreglass fiberglass, fillet filet, filleted fileted, filleting fileting, fillets filets,
flautist flutist, flautists flutists, flavourings flavorings, flavoursome flavorsome, foetal fetal, foetid fetid,
foetus fetus, foetuses fetuses, fulfilment fulfillment, gage gauge, gaged gauged, gages gauges, gaging gauging,
gaol jail, gaolbird jailbird, gaolbirds jailbirds, gaolbreak jailbreak, gaolbreaks jailbreaks, gaoled jailed,
gaoler jailer, gaolers jailers, gaoling jailing, gaols jails, gipsies gypsies, glamor glamour, gonorrhoea gonorrhea,
grey gray, greyed grayed, greying graying, greyish grayish, greyness grayness, greys grays, groyne groin,
groynes groins, gruelling grueling, gruellingly gruelingly, gryphon griffin, gryphons griffins,
gynaecological gynecological, gynaecologist gynecologist, gynaecologists gynecologists, gynaecology gynecology,
haematological hematological, haematologist hematologist, haematologists hematologists, haematology hematology,
haemoglobin hemoglobin, haemophilia hemophilia, haemophiliac hemophiliac, haemophiliacs hemophiliacs,
haemorrhage hemorrhage, haemorrhaged hemorrhaged, haemorrhages hemorrhages, haemorrhaging hemorrhaging,
haemorrhoids hemorrhoids, homoeopath homeopath, homoeopathic homeopathic, homoeopaths homeopaths,
homoeopathy homeopathy, inflexion inflection, inflexions inflections, instalment installment,
instalments installments, jeweller jeweler, jewellers jewelers, jewellery jewelry, judgement judgment,
libellous libelous, likeable likable, manoeuvrability maneuverability, manoeuvrable maneuverable,
manoeuvred maneuvered, manoeuvring maneuvering, manoeuvrings maneuverings, marvellous marvelous,
marvellously marvelously, mediaeval medieval, misspelt misspelled, mould mold, moulded molded, moulder molder,
mouldered moldered, mouldering moldering, moulders molders, mouldier moldier, mouldiest moldiest, moulding molding,
mouldings moldings, moulds molds, mouldy moldy, moult molt, moulted molted, moulting molting, moults molts,
moustache mustache, moustached mustached, moustaches mustaches, moustachioed mustachioed, neighbourhood neighborhood,
neighbourhoods neighborhoods, neighbouring neighboring, neighbourliness neighborliness, neighbourly neighborly,
oesophagus esophagus, oesophaguses esophaguses, oestrogen estrogen, organisational organizational,
organisations organizations, orthopaedic orthopedic, orthopaedics orthopedics, outmanoeuvred outmaneuvered,
outmanoeuvring outmaneuvering, paederast pederast, paederasts pederasts, paediatric pediatric,
paediatrician pediatrician, paediatricians pediatricians, paediatrics pediatrics, paedophile pedophile,
paedophiles pedophiles, paedophilia pedophilia, palaeolithic paleolithic, palaeontologist paleontologist,
palaeontologists paleontologists, palaeontology paleontology, panellist panelist, panellists panelists,
pharmacopoeia pharmacopeia, pharmacopoeias pharmacopeias, philtre filter, philtres filters, phoney phony,
ploughman plowman, ploughmen plowmen, ploughshare plowshare, ploughshares plowshares, pouffe pouf, pouffes poufs,
praesidium presidium, praesidiums presidiums, primaeval primeval, pummelled pummel, pummelling pummeled,
pyjama pajama, pyjamas pajamas, pzazz pizzazz, recognisably recognizably, recognisance recognizance,
reconnoitring reconnoitering, remould remold, remoulded remolded, remoulding remolding, remoulds remolds,
savouries savories, sceptic skeptic, sceptical skeptical, sceptically skeptically, scepticism skepticism,
sceptics skeptics, sheikh sheik, smoulder smolder, smouldered smoldered, smouldering smoldering, smoulders smolders,
snowplough snowplow, snowploughs snowplow, sterilisations sterilizations, storey story, storeys stories,
sulphate sulfate, sulphates sulfates, sulphide sulfide, sulphides sulfides, sulphur sulfur, sulphurous sulfurous,
syphon siphon, syphoned siphoned, syphoning siphoning, syphons siphons, theatregoer theatergoer,
theatregoers theatergoers, tonne ton, tonnes tons, tranquilliser tranquilizer, tranquillisers tranquilizers,
tranquillity tranquility, tranquillize tranquilize, tranquillized tranquilized, tranquillizer tranquilizer,
tranquillizers tranquilizers, tranquillizes tranquilizes, tranquillizing tranquilizing, tranquilly tranquility,
travelog travelogue, travelogs travelogues, tyre tire, tyres tires, waggon wagon, waggons wagons, woollen woolen,
woollens woolens, woollies woolies, woolly wooly, worshipped worshiped, worshipper worshiper, worshipping worshiping,
yoghourt yogurt, yoghourts yogurts, yoghurt yogurt, yoghurts yogurts
`
