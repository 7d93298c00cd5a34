/** Of 4 to 10 words. */
export const mediumTemplates: readonly string[] = [
  // Small talk.
  ...['How was your day today?', 'It is nice to meet you, {name}.', 'I hope you slept well last night.'],
  ...['What do you think about {topic}?', 'I have not seen {person} for {few} weeks.', 'That is very kind of you.'],
  ...['Can you tell me a funny joke?', 'Tell me a short story about a {pet}.', 'I feel a little {feeling} today.'],
  ...['Are you coming to {party} on {day}?', 'Say hello to {person} from me.', 'My favorite color is {color}.'],
  ...['I would like to visit {country} one day.', 'Have you ever been to {city}?', 'I was born in {city} in {month}.'],
  ...['I am learning {language} this year.', 'Sorry, I did not understand that.', 'Could you say that again, please?'],
  // Time.
  ...['What time is it in {city}?', 'Set a timer for {minutes} minutes.', "Wake me up at {early} o'clock, please."],
  ...['Set an alarm for {clock} tomorrow.', 'How many days are left until {month}?', 'What day is {date} of {month}?'],
  ...['How much time is left on the timer?', 'Remind me in {minutes} minutes to {chore}.', 'When does {event} start?'],
  ...[
    'What is on my calendar for {day}?',
    "Move {meeting} to {day} at {hour} o'clock.",
    'Is {name} free on {day} {daytime}?',
  ],
  ...[
    '{event} begins at {clock} on {day}.',
    '{meeting} is in room {number} on {day}.',
    'Cancel my appointment on {day} {daytime}.',
  ],
  // House.
  ...['Turn on the lights in the {room}.', 'Turn off the lights in the {room}, please.', 'Turn on {device}.'],
  ...['Please turn off {device} now.', 'Dim the lights to {percent} percent.', 'Set the {room} to {degrees} degrees.'],
  ...['Is the window in the {room} open?', 'Did I leave {device} on?', 'Make the lights in the {room} {color}.'],
  ...[
    'Close the blinds in the {room} {soon}.',
    'It is too {cold} in the {room}.',
    "Lock the front door at {hour} o'clock.",
  ],
  ...['Where did I put my {belonging}?', 'I left my {belonging} in the {room}.', 'Please do not forget to {chore}.'],
  ...['Can you remind me to {chore}?', 'Is it time to {chore}?', 'I have to {chore} {soon}.'],
  // Weather.
  ...['What is the weather like in {city}?', 'Will it be {weather} in {city} {soon}?', 'Do I need an umbrella {soon}?'],
  ...[
    'It has been {weather} for {few} days.',
    'How {cold} will it get {soon}?',
    'It was very {weather} in {city} last {day}.',
  ],
  ...['Will there be snow in {city}?', "The sun sets at {late} o'clock."],
  // Food.
  ...['Add {food} and {food} to my shopping list.', 'How do I make {dish}?', 'Find me an easy recipe for {dish}.'],
  ...['Do we still have {food} at home?', 'We need {food}, {food} and {food}.', 'Could I have some {drink}, please?'],
  ...[
    'How long does it take to make {dish}?',
    'Book a table for {few} people {soon}.',
    'What is on the shopping list?',
  ],
  ...[
    'Can I have {dish} without {seasoning}?',
    'My {relative} makes wonderful {dish}.',
    'Let us have {dish} for dinner on {day}.',
  ],
  // People and messages.
  ...['Call {person} on the phone.', 'Send a message to {person}.', 'Tell {name} that I am running late.'],
  ...['Ask {name} when the meeting starts.', 'Did {name} answer my message?', 'Read me the message from {name}.'],
  ...[
    "When is {name}'s birthday?",
    '{person} is {doing}.',
    '{person} wants to learn to {skill}.',
    'Can {name} {skill}?',
  ],
  ...['I saw {name} at {place} yesterday.', '{name} and {name} are getting married.', '{person} works near {place}.'],
  ...[
    'I am going to {place} with {person}.',
    '{person} lost {lost} at {place}.',
    '{name} moved from {city} to {city}.',
  ],
  // Ways.
  ...['How do I get to {place}?', 'How far is it from {city} to {city}?', 'When does the next bus leave?'],
  ...[
    'Is there a good restaurant near {place}?',
    'The next train to {europe} leaves at {clock}.',
    'Where is the nearest bank?',
  ],
  ...['Show me the fastest way to {place}.', 'Is {shop} open on {day}?', 'How long is the flight to {city}?'],
  ...['I need a taxi to {place}.', 'Our hotel in {city} has {number} rooms.'],
  // Knowledge.
  ...['What is the capital of {country}?', 'How many people live in {country}?', 'Tell me something about {topic}.'],
  ...['How do you spell {word}?', 'What does the word {word} mean?', 'How do you say {word} in {language}?'],
  ...['What is {number} divided by {few}?', 'What is {few} times {number}?', 'Explain {how} in simple words.'],
  ...['Who wrote that song?', 'I found an article about {topic}.', 'How old is the universe?'],
  // Music and work.
  ...['Play {music} in the {room}.', 'Turn the volume down to {percent} percent.', 'Play the last song once more.'],
  ...['Please stop the music in {minutes} minutes.', 'I want to hear {music}.', 'Who sings this beautiful song?'],
  ...[
    'The meeting was moved to {day}.',
    'Please send me the report by {day}.',
    'We have {few} new orders from {country}.',
  ],
  ...['Take a note for {event}.', 'The printer is out of paper again.', 'I will work from home on {day}.'],
  ...[
    'Our office is closed until {day}.',
    'The price went up by {percent} percent.',
    'Sales in {month} were better than expected.',
  ],
  // Tales.
  ...[
    'The {runner} is sleeping on the sofa.',
    'A small {runner} ran across the street.',
    'The old bridge was closed in {month}.',
  ],
  ...["The children played outside until {late} o'clock.", 'Nobody knew where the {runner} was hiding.'],
  ...[
    'The river was frozen in {winter}.',
    'We walked along the beach for {few} hours.',
    'The train from {city} was late again.',
  ],
  ...[
    'She opened the door and laughed.',
    'He lost his {belonging} in {city}.',
    'They lived in {country} for {few} years.',
  ],
]
