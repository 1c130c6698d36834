# English. The other languages have the same messages with the same variables: a test sees to it.
# An operator may put a file of this name, with only the messages to be changed, into the folder for texts.

## Every page

skip = Skip to main content
product = Account recovery
language = Language
theme-dark = Use dark colours
theme-light = Use light colours
signed-in-as = Signed in as
sign-out = Sign out
demo-strip = Demonstration: no message leaves this computer.
demo-link = See the messages
footer-help = Need help?
problem-title = There is a problem
error-prefix = Error:
continue = Continue
back = Back
cancel = Cancel
verify = Verify
try-again = Try again
text-me = Text me
call-me = Call me
remove = Remove
show = Show
hide = Hide
message-reference = Reference for the service desk: { $value }

## Fields that several pages have

name-label = Sign-in name
password-label = Password
country-label = Country or region
number-label = Phone number
number-hint = Type it as you like, with or without spaces.
code-label = Security code
code-times = Use the code from the message of { $at }. It is valid until { $until }; spaces do not matter.
again-hint = Nothing yet? It can take a minute.
new-password-label = New password
confirm-label = New password, once more
current-label = Current password
password-shown = Your password is shown.
password-hidden = Your password is hidden.

## Start

start-title = Get back into your account
start-lead = In about two minutes, without waiting for anybody.
start-out = I cannot sign in
start-reset = Reset my password
start-reset-hint = You forgot it, or it no longer works.
start-unlock = Unlock my account
start-unlock-hint = You know your password, but were locked out.
start-in = I can sign in
start-register = Register or manage
start-register-hint = Say how we can reach you, so that you can help yourself next time.
start-change = Change my password
start-change-hint = You know your password and want a new one.

## Sign in

sign-in-title = Sign in
sign-in-lead = Use the name and password that you use every day. Then you can set up or change how we reach you.
sign-in-password-lead = Use your present name and password. Then you can choose a new one.
sign-in = Sign in
sign-in-cannot = I cannot sign in
sign-in-with = Sign in with { $value }
sign-in-or-password = Or use your password:
sign-in-provider-lead = Sign in the way you do every day. Then you can set up or change how we reach you.
sign-in-claim = I have a claim code

## Sign in with a provider

hop-text = You are taken there at once. If nothing happens, press the button.
oidc-away = To { $provider }
oidc-back = Back from { $provider }
oidc-farewell = Signing out of { $provider }
oidc-onward = Sign in another way
oidc-onward-again = Back to sign-in
oidc-over-title = This sign-in is over
oidc-over-text = It took too long, was used already, or began in another browser. Nothing was changed. Please begin again, here.
oidc-cancelled-title = You did not sign in
oidc-cancelled-text = The sign-in with { $provider } was cancelled there. Nothing was changed. You can try again at any time.
oidc-refused-title = { $provider } did not let you in
oidc-refused-text = It said no without a reason for you. Please try again. If it happens again, tell your service desk the reference below.
oidc-down-title = { $provider } cannot be reached
oidc-down-text = Signing in that way does not work at the moment. What you registered is safe. Please try again in a few minutes.
oidc-issuer-title = The answer came from somewhere else
oidc-issuer-text = It did not come from { $provider }, so we did not use it. Nothing was changed. Please begin again; if it happens again, tell your service desk the reference below.
oidc-audience-title = The answer was not meant for us
oidc-audience-text = { $provider } vouched for you to another service, so we did not use it. Please begin again; if it happens again, tell your service desk the reference below.
oidc-nonce-title = The answer belongs to another sign-in
oidc-nonce-text = { $provider } answered something that this browser did not ask, so we did not use it. Please begin again.
oidc-signature-title = The answer cannot be checked
oidc-signature-text = We could not make sure that it comes from { $provider }, so we did not use it. Please try again in a few minutes; if it happens again, tell your service desk the reference below.
oidc-expired-title = The answer came too late
oidc-expired-text = What { $provider } said about you was out of date already. Please begin again.
oidc-clock-title = A clock is wrong
oidc-clock-text = The clock of { $provider } and ours are too far apart, so we cannot tell whether the answer is new. It is not your fault, and nothing was changed. Please tell your service desk the reference below.
oidc-stale-title = Please sign in anew
oidc-stale-text = You signed in to { $provider } some time ago. For this we need you to do it now. Sign out there, then begin again.
oidc-weak-title = This needs a stronger sign-in
oidc-weak-text = You signed in to { $provider }, but not in the way that is asked for here, such as with a second step. Set that up there, or ask your service desk.
oidc-unnamed-title = { $provider } did not tell us who you are
oidc-unnamed-text = What we need to find your account is missing in its answer, or it has not checked your address. Please tell your service desk the reference below.
oidc-nobody-title = There is no account for you here
oidc-nobody-text = You signed in to { $provider }, but we found no account of yours, or not exactly one that may sign in. Please ask your service desk.
oidc-protected-title = Your account needs a stronger sign-in
oidc-protected-text = Accounts like yours must sign in with a second step. Set it up at { $provider }, or ask your service desk.
signed-out-title = You are signed out
signed-out-text = You are signed out here and at your sign-in service. On a computer that others use, close all windows of the browser.

## Claim code

claim-title = First sign-in with a claim code
claim-lead = Your service desk gave you this code because you know no password yet. It works once. After that you set up how we reach you, and then you can choose a password yourself.
claim-code-label = Claim code
claim-code-hint = 32 letters and digits, as on the paper. Capitals, spaces and hyphens do not matter.
claim-none = I have no code

## Registration: overview

register-title = Don't lose access to your account!
register-lead = Set up the ways below, once. If you ever forget your password, they let you back in.
register-enough = Thanks! We'll use the info below to recover your account if you forget your password. Click "finish" to close this page.
row-phone-missing = Authentication Phone is not configured
row-email-missing = Authentication Email is not configured
row-questions-missing = Security Questions are not configured
row-app-missing = Authenticator App is not configured
row-passkey-missing = Passkey is not configured
row-codes-missing = Recovery Codes are not configured
row-phone-set = Authentication Phone is set to { $value }
row-email-set = Authentication Email is set to { $value }
row-app-set = Authenticator App is set up: { $value }
row-passkey-set = Passkey is set up: { $value }
row-app-another = You can set up another app, on another device.
row-passkey-another = You can set up another passkey, on another device.
row-questions-set =
    { $count ->
        [one] { $count } Security Question is configured
       *[other] { $count } Security Questions are configured
    }
row-codes-set =
    { $count ->
        [one] { $count } Recovery Code is left
       *[other] { $count } Recovery Codes are left
    }
row-worn = It was tried wrongly too often and no longer resets a password. Change it to set it up again.
row-one-worn = It was tried wrongly too often and no longer resets a password. Remove it and set it up again.
row-codes-few = It is time for new ones: press "Change".
row-waits = It can be used for a reset from { $value }.
row-not-offered = Your organisation does not take this for you any more. You can remove it.
readiness-ready = You can lose any one of these and still reset your password.
readiness-not-ready = This is not enough yet to reset your password. Set up one more of the ways above, or ask your service desk.
readiness-one-loss = To be on the safe side, set up one more, in case you lose one of these: { $value }.
readiness-waits = You can reset your password with these from { $value }.
state-verified = Verified
state-missing = Not set up
set-up-now = Set it up now
change = Change
add-another = Add another
finish = Finish
looks-good = Looks good
still-right-title = Is this still right?
still-right-text = It has been a while. Please look at the list above, and change what is out of date.
frozen-title = Recovery is stopped
frozen-text = Somebody said "this wasn't me" after a change to your account. Until you allow it again, nobody can reset your password here, and neither can you.
unfreeze = Allow recovery again

## Registration: phone, email, questions

phone-title = Authentication Phone
phone-lead = Please verify your authentication phone number below. We use it only to let you back into your account.
phone-choose = How should we send the code?
sent-sms = We've sent a text message containing a verification code to your phone.
sent-voice = We're calling your phone. A voice will read out a verification code.
email-title = Authentication Email
email-lead = Please verify your authentication email address below.
email-label = Authentication Email
suggested-phone = Your organisation's directory has this number for you. Use another one if it is not yours any more.
suggested-email = Your organisation's directory has this address for you. Use another one if you cannot read it while you are locked out.
email-hint = An address that you can read when you are locked out here, such as your private one.
email-me = Email me
sent-email = We've sent an email message containing a verification code to your inbox.
app-lead = An app on your phone or computer shows a new code every 30 seconds, without a network too. Any app that makes codes for signing in will do.
app-name-label = Name of the app or the device
app-name-hint = So that you know it again, such as "My phone".
app-begin = Continue
app-begin-again = Start again with a new one
app-given-summary = My device came with a key
app-given-label = Key of the device (optional)
app-given-hint = The letters and digits that came with it, or the address that begins with otpauth:. Leave it empty for an app on your phone.
app-given = “{ $value }” has its key already.
app-scan = Scan this with your app, or type the key below into it as a time-based one.
app-qr = QR code for your app; the key below holds the same
app-key-label = Key to type
app-key-once = It is not shown again once your app is set up. Keep it to yourself.
codes-lead = Ten codes to keep on paper, for the day when your phone is lost or your mailbox is out of reach. Each works once, together with another proof.
codes-make = Make my codes
codes-make-others = Start again with other codes
codes-replace =
    { $count ->
        [one] You have a set, and { $count } code of it is left. It works until you save a new set; then all of its codes end.
       *[other] You have a set, and { $count } codes of it are left. It works until you save a new set; then all of its codes end.
    }
codes-address = Where to use them
codes-made = Made on
codes-key = Each code works once. Keep this like a key: whoever has it is halfway into your account.
codes-download = Download
codes-print = Print
codes-copy = Copy
codes-copied = Copied
codes-print-hint = You can also print this page, or write the codes down.
codes-saved = I have saved or printed these codes
codes-saved-hint = They work as soon as you press the button, and are never shown again. Without it they are forgotten at { $value }.
codes-keep = Use these codes
recovery-code-title = Enter a recovery code
recovery-code-told = Enter one of the codes that you saved or printed, and cross it out.
recovery-code-label = Recovery code
recovery-code-hint = 8 groups of 4 letters and digits; spaces and capitals do not matter.
app-code-lead = Then enter the code that the app shows.
passkey-lead = A passkey proves that it is you with your finger, your face, a PIN or a security key. There is nothing to type, and nobody can trick you into giving it away.
passkey-name-label = Name of the passkey or the device
passkey-name-hint = So that you know it again, such as "My laptop".
passkey-begin = Continue
passkey-begin-again = Start again with another name
passkey-make-lead = Press the button and follow what your browser or device shows.
passkey-make = Make the passkey
passkey-needs-script = Passkeys need JavaScript, and it is switched off in this browser. Choose another way.
questions-title = Security Questions
questions-lead = Please select questions to answer below.
questions-rule =
    Your admin requires you to set up { $count ->
        [one] { $count } question
       *[other] { $count } questions
    }, and answers must be at least { $least ->
        [one] { $least } character
       *[other] { $least } characters
    } long.
question-label = Security question { $number }
question-choose = Select a question
answer-label = Answer { $number }
save-answers = Save answers

## Registration: remove, confirm, done

remove-phone-title = Remove your authentication phone?
remove-email-title = Remove your authentication email?
remove-app-title = Remove this authenticator app?
remove-passkey-title = Remove this passkey?
remove-codes-title = Remove your recovery codes?
remove-questions-title = Remove your security questions?
remove-text = You will not be able to use it to get back into your account. We will tell every number and address that you registered.
remove-needed = Without it you cannot reset your password by yourself any more: set up another way first.
keep-it = Keep it
confirm-title = Confirm that it is you
confirm-lead = Before you change what is registered, please prove it is you with something you registered earlier.
confirm-choose = Choose one
confirm-other = Or choose another way
confirm-none = Nothing that you registered can confirm that it is you. Please ask your service desk.
confirm-none-waits = What you registered can confirm that it is you from { $value }.
confirm-none-add =
    { $count ->
        [one] Add another way. It can confirm that it is you after { $count } hour.
       *[other] Add another way. It can confirm that it is you after { $count } hours.
    }
confirm-none-add-now = Add another way. It can confirm that it is you at once.
confirm-app = Enter the code that one of your authenticator apps shows now.
confirm-passkey = Use one of the passkeys that you registered.
registered-title = You're all set
registered-text = This is a one-time set-up. If you forget your password, or are locked out, you can now help yourself.
registered-codes-title = One more thing: recovery codes
registered-codes-text = Ten codes on paper help when your phone is lost or your mailbox is out of reach. It takes a minute.
registered-next = You can close this page.
cancelled-title = Stopped here
cancelled-text = What you have verified stays in place, and you are signed out. You can go on at any time.
cancelled-onward = Go on now

## Methods and ways

method-phone = Authentication Phone
method-email = Authentication Email
method-questions = Security Questions
method-app = Authenticator App
method-passkey = Passkey
method-codes = Recovery Codes
way-sms = Text my phone
way-voice = Call my phone
way-email = Email me
way-app = Use my authenticator app
way-passkey = Use my passkey
way-questions = Answer my security questions
way-codes = Use a printed recovery code
way-sms-hint = A code by text message, to the phone you registered
way-voice-hint = A voice reads out a code, on the phone you registered
way-email-hint = A code by email, to the address you registered
way-app-hint = The code that the app shows, on a device you registered
way-passkey-hint = Your finger, face, PIN or security key, on a device you registered
way-questions-hint = The questions you chose when you registered
way-codes-hint = One of the codes that you saved when you registered
channel-sms = Text message
channel-voice = Call
channel-email = Email

## Reset and unlock

step = Step { $gate } of { $gates }
who-title = Get back into your account
who-lead = Tell us who you are. This takes about two minutes.
name-hint = The name that you sign in with every day.
what-title = What happened?
goal-forgot = I forgot my password
goal-forgot-hint = You will choose a new one.
goal-locked = I know my password, but still can't sign in
goal-locked-hint = We will unlock your account. Your password stays as it is.
ways-title = Choose how to prove it is you
ways-lead = Everybody sees this same list. Choose something that you registered.
ways-lead-next = That worked. For your safety we need one more proof, of another kind.
ways-none = There is no way left to go on here. The service desk can help you.
number-title = Which phone did you register?
number-lead = Enter the whole number. A code goes out only if it is the number registered for the account.
code-title = Enter the security code
code-sms = If we know this account and the number is right, a text message with a { $digits }-digit code is on its way.
code-voice = If we know this account and the number is right, we are calling it now to read out a { $digits }-digit code.
code-email = If we know this account, an email with a { $digits }-digit code is on its way to the address registered for it.
code-app = If an authenticator app is registered for this account, enter the code that it shows now.
passkey-title = Use your passkey
passkey-ask = If this account has a passkey, your browser asks for it when you press the button.
passkey-ask-first = Does your browser not offer it? Begin with another way; the passkey can be the second proof.
code-app-hint = 6 to 8 digits; spaces do not matter. A new code comes every 30 seconds, and each works once.
arrival-waiting-sms = The text is still on its way.
arrival-waiting-voice = Your phone should ring any moment.
arrival-arrived-sms = The text has reached your phone.
arrival-arrived-voice = The call was answered.
arrival-failed-sms = The text could not be delivered. Try again, or another way.
arrival-failed-voice = The call was not answered. Try again, or another way.
answers-title = Answer your security questions
answers-lead = Capital letters and punctuation do not matter. All answers are checked together.
other-ways = Other ways
try-another-way = Try another way
cannot-use = I cannot use any of these
unlock-title = You are ready to unlock your account
unlock-text = You have proven that it is you. Your password stays as it is.
unlock-button = Unlock my account
help-title = The service desk can help
help-text = Get a reference first and tell it to the service desk, so that they find what happened without asking you everything again.
help-button = Get a reference
help-given = Please contact the service desk and give them this reference.
help-reference = Reference
help-desk = Service desk
help-never = They will never ask you for a password, a security code or an answer.

## Passwords

new-password-title = Choose a new password
new-password-lead = For the account { $value }
rules-title = What your new password needs
suggestion = No idea? This one would be fine:
use-this = Use this
set-password = Set new password
change-title = Change your password
change-must = Your organisation asks you to choose a new password before you go on.
change-button = Change password
changed-title = Your password is changed
changed-onward = See how we can reach you
rule-length =
    { $min ->
        [one] At least { $min } character. Several unrelated words make a good password.
       *[other] At least { $min } characters. Several unrelated words make a good password.
    }
rule-max =
    { $max ->
        [one] At most { $max } character.
       *[other] At most { $max } characters.
    }
rule-spaces-allowed = Spaces, accents and any other letters are welcome.
rule-common = Not one that is widely used or was found in a data theft.
rule-own-words = Not your name, your sign-in name or the name of your organisation.
rule-banned = Not a word that your organisation has ruled out.
rule-history = Not one that you have used before.
rule-history-current = Not your current password.
rule-history-count =
    { $count ->
        [one] Not your last { $count } password.
       *[other] Not one of your last { $count } passwords.
    }
directory-rules-title = Your organisation's directory also asks for
directory-rule-kinds = At least { $count } of these: capital letters, small letters, digits, punctuation marks, letters of scripts that have no capitals.
directory-rule-kinds-ascii = At least { $count } of these: capital letters A to Z, small letters a to z, digits, punctuation marks or spaces, any other letters or signs.
directory-rule-digits = Digits: at least { $count }.
directory-rule-letters = Letters from A to Z, capital or small: at least { $count }.
directory-rule-capitals = Capital letters from A to Z: at least { $count }.
directory-rule-smalls = Small letters from a to z: at least { $count }.
directory-rule-specials = Punctuation marks or spaces: at least { $count }.
directory-rule-foreign = Letters or signs beyond a plain English keyboard, such as é or ß: at least { $count }.
directory-rule-repeats = The same character in a row: at most { $count }.
directory-rule-names = Not your sign-in name, nor a part of your name.
directory-rule-max-age-days = Days until it must be changed again: { $count }.
directory-rule-max-age-hours = Hours until it must be changed again: { $count }.
directory-rule-max-age-minutes = Minutes until it must be changed again: { $count }.
directory-rule-min-age-days = Days before you can change it once more: { $count }.
directory-rule-min-age-hours = Hours before you can change it once more: { $count }.
directory-rule-min-age-minutes = Minutes before you can change it once more: { $count }.
directory-rule-more = Perhaps more that it does not show us. If it refuses a password we tell you, and you can try another one.
strength-0 = Very easy to guess. Add a few unrelated words.
strength-1 = Easy to guess. Add a few unrelated words.
strength-2 = Could be guessed. One more word would help.
strength-3 = Good: hard to guess.
strength-4 = Very good: very hard to guess.
done-reset-title = Your password is reset
done-reset-text = Your new password works at once, wherever you use this account. Some devices may ask you to sign in again.
done-unlock-title = Your account is open again
done-unlock-text = Your account was locked after several wrong passwords. It is open again; your password has not changed.
done-told = We have told every number and address that you registered, in case this was not you.
done-lately-title = Set up lately
done-lately-text = If one of these is not yours, remove it now.
done-lately-link = See what is registered
done-codes-few = It is time for new ones.
done-where = You can close this page and sign in as usual.
done-sign-in = Go to sign-in

## "This wasn't me"

not-me-title = Was this not you?
not-me-text = If you did not ask for this change, stop it here. Nobody can then reset your password here until you or the service desk allow it again, and every open visit ends.
not-me-button = This wasn't me
not-me-was-me = If it was you, there is nothing to do: just close this page.
not-me-over = This link was used already, or is too old. If something is wrong with your account, please tell the service desk.
not-me-done-title = Thank you. Recovery is stopped
not-me-done-text = Nobody can reset your password here now, and every open visit has ended.
not-me-next = Please tell the service desk now. If you still know your password, sign in and change it.

## The demonstration

demo-title = Messages of this demonstration
demo-lead = Whatever would have been sent as a text message, call or email is shown here, newest first.
demo-refresh = Look again
demo-empty = Nothing has been sent yet.

## What was wrong with a form

fault-must-choose = Choose one of these.
fault-name-empty = Enter your sign-in name.
fault-name-long = That is too long for a sign-in name. Check it and try again.
fault-sign-in = That name and password do not let you in. Check both. If you tried several times, your account may be locked: use "I cannot sign in" below to unlock it or to reset your password.
fault-sign-in-or-provider = That name and password do not let you in. Check both, or use one of the buttons above: some accounts can sign in only there. If you tried several times, your account may be locked: use "I cannot sign in" below to unlock it or to reset your password.
fault-sign-in-disabled = Your password is right, but your account is disabled. Please ask your service desk.
fault-sign-in-ended = Your password is right, but your account has ended. Please ask your service desk.
fault-sign-in-not-now = Your password is right, but your account may not sign in at this time or from here. Try again in your usual hours, or ask your service desk.
fault-claim-empty = Enter the code that you were given.
fault-claim-shape = That is not a whole claim code: something is missing or mistyped. There are 8 groups of 4 letters and digits. Compare it with your paper; this did not count as a try.
fault-claim = That name and code do not let you in. Check both. A code works once and for a limited time: ask your service desk for another one.
fault-claim-disabled = Your code is right, but your account is disabled. Please ask your service desk.
fault-claim-frozen = Your code is right, but recovery of your account is stopped because somebody said "this wasn't me". Please ask your service desk.
fault-claim-finished = Your code is right, but something is registered for your account already. Sign in with your password, reset it, or ask your service desk.
fault-claim-by-provider = Your code is right, but accounts like yours must sign in with one of the buttons on the sign-in page.
fault-code-wrong = That is not the code we sent. Check it and try again.
fault-code-shape =
    { $digits ->
        [one] The code is { $digits } digit.
       *[other] The code has { $digits } digits. Enter all of them.
    }
fault-code-expired = That code has expired. Ask for a new one with "Try again".
fault-code-spent = That code was tried too often. Ask for a new one, or choose another way.
fault-app-code-wrong = That is not the code that your app shows now, or it was used already. Wait for the next one. If none is right, let your device set its time by itself.
fault-app-clock-behind =
    { $minutes ->
        [one] The clock of your device is about { $minutes } minute behind. Let it set its time by itself, then enter the code that it shows.
       *[other] The clock of your device is about { $minutes } minutes behind. Let it set its time by itself, then enter the code that it shows.
    }
fault-app-clock-ahead =
    { $minutes ->
        [one] The clock of your device is about { $minutes } minute ahead. Let it set its time by itself, then enter the code that it shows.
       *[other] The clock of your device is about { $minutes } minutes ahead. Let it set its time by itself, then enter the code that it shows.
    }
fault-app-over = That took too long, or was tried too often. Start again, or choose another way.
fault-passkey-wrong = That passkey does not prove that it is you here. Use one that you registered for this account, or choose another way.
fault-passkey-over = That took too long, or was tried too often. Start again, or choose another way.
fault-passkey-model = Your organisation does not take passkeys of this kind of device. Use another one.
fault-passkey-cancelled = The passkey was cancelled, or it took too long. Nothing was lost: try again, or choose another way.
fault-passkey-unsupported = This browser cannot use passkeys. Choose another way, or use another browser or device.
fault-passkey-exists = This device or security key has a passkey of yours already. Use another one.
fault-passkey-insecure = The browser gives no passkeys to this address. Open the page at its usual address, or choose another way.
fault-passkey-other = The passkey did not work. Try again, or choose another way.
fault-recovery-code-wrong = That is not one of your recovery codes, or it was used already. Compare it with your sheet, or take another one.
fault-recovery-code-shape = That is not a whole recovery code: something is missing or mistyped. There are 8 groups of 4 letters and digits. Compare it with your sheet; this did not count as a try.
fault-codes-saved = Save or print the codes first, then tick the box.
fault-codes-over = Those codes were made again in another window, or were shown for too long. They do not work: save the ones that you see now, or make new ones.
fault-too-many-of-them = No more of these can be set up. Remove one first.
fault-label-empty = Enter a name for it.
fault-label-long = Use a name of at most 40 characters.
fault-label-signs = Use letters, digits and spaces for the name.
fault-app-key-shape = That is not a key: it has the letters A to Z and the digits 2 to 7, or begins with otpauth:.
fault-app-key-short = That key is too short to be safe. Leave it empty and use an app.
fault-app-key-counted = This device changes its code at the press of a button, not with the time. Only devices whose codes change with the time can be used.
fault-app-key-unknown = This device makes its codes in a way that is not supported. Leave the key empty and use an app.
fault-again-wait =
    { $seconds ->
        [one] Please wait { $seconds } second before you ask for another code.
       *[other] Please wait { $seconds } seconds before you ask for another code.
    }
fault-sends-spent = We cannot send more codes now. Choose another way, or start again later.
fault-too-many = There were too many tries. Please try again after { $until }.
fault-answers-wrong = The answers do not all match. Check them and try again.
fault-minimum = Set up at least { $count } more of the ways below before you finish.
fault-minimum-resistant = Set up a passkey or recovery codes before you finish.
fault-minimum-beyond = Your account needs more than your organisation offers here to reset a password. Please ask your service desk.
fault-method-used = That was already used as a proof, or leads to the same phone or inbox. Choose another way.
fault-directory-busy = We cannot reach the place where passwords are kept. Nothing has changed. Please try again in a minute.
fault-directory-not-allowed = The place where passwords are kept does not let us change this account, and trying again will not help. Nothing has changed. Please ask the service desk.
fault-current-wrong = That is not your current password.
fault-passwords-differ = The two passwords are not the same.
fault-phone-empty = Enter your phone number.
fault-phone-not-a-number = A phone number has only digits, spaces, brackets and a plus sign.
fault-phone-too-short = That number is too short. Check that no digit is missing.
fault-phone-too-long = That number is too long. Check that there is no digit too many.
fault-phone-not-valid = There is no such number in this country or region. Check both.
fault-phone-extension = We cannot dial an extension. Enter a number that reaches you directly.
fault-phone-country = We cannot send codes to this country or region. Use another number.
fault-phone-kind = We cannot send codes to this kind of number. Use a mobile or landline number.
fault-email-empty = Enter your email address.
fault-email-not-an-address = An email address looks like name@example.com. Check yours.
fault-email-too-long = That address is too long. Use a shorter one.
fault-email-own-domain = That address belongs to your organisation: you could not read it while you are locked out. Use another one, such as your private address.
fault-password-empty = Enter a password.
fault-password-too-short =
    { $min ->
        [one] Use at least { $min } character.
       *[other] Use at least { $min } characters. A few more words will do.
    }
fault-password-too-long =
    { $max ->
        [one] Use at most { $max } character.
       *[other] Use at most { $max } characters.
    }
fault-password-common = That password is too well known: it is widely used or was found in a data theft. Choose another one.
fault-password-own-word = A password with "{ $word }" in it is easy to guess for anybody who knows you. Choose another one.
fault-password-banned = Your organisation has ruled out that password. Choose another one.
fault-password-control = That password contains a character that cannot be typed at sign-in, such as a line break. Leave it out.
fault-password-used = You have used that password before. Choose another one.
fault-password-too-soon = This password was changed only a short while ago. Your directory wants you to wait before you change it again.
fault-password-too-short-for-directory = That password is too short for your directory. Choose a longer one.
fault-password-directory = Your directory does not accept this password. Choose a different one.
fault-password-same-as-current = That is your current password. Choose another one.
fault-password-too-soon-until = This password was changed only a short while ago. Your organisation's directory lets you change it again from { $until } on.
fault-password-few-kinds = Your organisation's directory asks for at least { $count } of the kinds of characters listed above the field. Add another kind.
fault-password-few-digits = Your organisation's directory asks for more digits: at least { $count }.
fault-password-few-letters = Your organisation's directory asks for more letters from A to Z: at least { $count }.
fault-password-few-capitals = Your organisation's directory asks for more capital letters from A to Z: at least { $count }.
fault-password-few-smalls = Your organisation's directory asks for more small letters from a to z: at least { $count }.
fault-password-few-specials = Your organisation's directory asks for more punctuation marks or spaces: at least { $count }.
fault-password-few-foreign = Your organisation's directory asks for more letters or signs beyond a plain English keyboard, such as é or ß: at least { $count }.
fault-password-repeats = Your organisation's directory takes the same character at most { $count } in a row. Put something else in between.
fault-password-directory-name = Your organisation's directory takes no password with "{ $word }" in it, because that is part of your name. Choose another one.
fault-password-one-of-these = This password does not meet the length, character, history or age rule of your organisation's directory; it does not say which one. The rules stand above the field: try one that you have never used.
fault-answer-empty = Enter an answer.
fault-answer-too-short =
    { $min ->
        [one] The answer must have at least { $min } character.
       *[other] The answer must have at least { $min } characters.
    }
fault-answer-too-long =
    { $max ->
        [one] The answer must have at most { $max } character.
       *[other] The answer must have at most { $max } characters.
    }
fault-answer-same = You gave that answer to another question. Each answer must be different.
fault-answer-in-question = The question already gives that answer away. Choose another one.
fault-answer-in-name-or-address = That answer is part of your name or address. Choose another one.
fault-answer-too-common = That answer is too easy to guess. Choose another one.
fault-question-missing = Select a question.
fault-question-repeated = You selected that question twice. Each question can be used once.
fault-question-unknown = That question is not offered any more. Select another one.

## Your security

security-link = Sign-ins and recent activity
security-title = Your security
security-lead = Where you are signed in, what is registered, and what happened lately. If something here was not you: sign out there, change your password, and tell the service desk.
security-sessions = Where you are signed in
security-here = This browser
security-unknown-browser = Another program
security-since = Signed in { $value }
security-seen = Last used { $value }
security-from = From { $value }
security-sign-out-others = Sign out everywhere else
security-signed-out = Signed out there.
security-methods = What is registered
security-no-methods = Nothing yet.
security-verified = Set up { $value }
security-served = Last used { $value }
security-not-served = Not used yet
security-earlier = Registered before
security-removed = Removed { $value }
security-events = What happened lately
event-sign-in = You signed in
event-password-changed = The password was changed
event-reset = The password was reset
event-unlock = The account was unlocked
event-method-added = A way to prove who you are was added
event-method-changed = A way to prove who you are was changed
event-method-removed = A way to prove who you are was removed
event-passkey-back = One of your passkeys may have been copied
event-recovery-code-used = A recovery code was used
event-frozen = Recovery was stopped: "this wasn't me"
event-unfrozen = Recovery was allowed again
event-session-ended = You signed out another browser
event-password-set = An administrator set the password
event-unlocked = An administrator unlocked the account
event-disabled = An administrator disabled the account
event-enabled = An administrator enabled the account

## What just happened

news-phone-verified = Your phone number is verified.
news-email-verified = Your email address is verified.
news-app-added = Your authenticator app is set up.
news-passkey-added = Your passkey is set up.
news-passkey-second = Your passkey is set up. It cannot be the first proof of a reset: begin with another way, then use it.
news-codes-kept = Your recovery codes are set up.
news-questions-saved = Your answers are saved.
news-removed = It is removed.
news-confirmed = Thank you. We will ask again when it is time.
news-unfrozen = Recovery is allowed again.

## Pages that only say something

onward-start = Go to the start page
unknown-title = We do not know yet whether it worked
unknown-text = The place where passwords are kept took your request, but has not answered. We are finding out. Please wait two minutes, then continue: you will see whether it worked, or try again.
unknown-change-text = The place where passwords are kept took your request, but has not answered. We are finding out, and will tell you if your password was changed. Until then, try the new password first, then the old one.
flow-over-title = This visit is over
flow-over-text = For your safety a visit ends after { $minutes } minutes. Nothing was changed. Please start again.
flow-over-onward = Start again
locked-out-title = We cannot go on here
locked-out-text = For your safety this visit is closed. Please try again tomorrow, or contact the service desk.
error-400-title = We did not understand that
error-400-text = Something in the request was missing or changed on its way. Nothing was done. Please go back and try again.
error-403-title = That is not allowed
error-403-text = The page was open for too long, or the request came from somewhere else. Nothing was done. Please open the page again.
error-404-title = There is no such page
error-404-text = The address may have been typed wrongly, or the page has moved.
error-405-title = That cannot be done here
error-405-text = This address does not take that kind of request. Please begin at the start page.
error-408-title = That took too long
error-408-text = The connection was too slow, and we stopped waiting. Nothing was done. Please try again.
error-409-title = Somebody was faster
error-409-text = The same visit went on in another window. Please look there, or open the page again.
error-413-title = That is too much
error-413-text = The request was larger than anything this page needs. Nothing was done.
error-415-title = We cannot read that
error-415-text = The request came in a form that this page does not know. Nothing was done.
error-422-title = Something does not fit
error-422-text = What was sent cannot be right. Nothing was done. Please go back and check it.
error-429-title = Too many requests
error-429-text = There were too many requests in a short time. Please wait a few minutes and try again.
error-500-title = Something went wrong
error-500-text = The fault is ours and was noted. Please try again in a minute. If it stays, tell the service desk the reference below.
error-503-title = Not available just now
error-503-text = Something that we depend on does not answer. Nothing was changed. Please try again in a minute.

## Text messages with a code: at most 160 characters of the basic alphabet, purpose first, last line bound to our host

sms-code-reset =
    Password reset, { $organisation }: { $code }. Never share it with anyone. Not you? Tell the service desk.

    @{ $host } #{ $code }
sms-code-unlock =
    Account unlock, { $organisation }: { $code }. Never share it with anyone. Not you? Tell the service desk.

    @{ $host } #{ $code }
sms-code-enrol =
    Phone set-up, { $organisation }: { $code }. Never share it with anyone. Not you? Just ignore this.

    @{ $host } #{ $code }
sms-code-confirm =
    Confirm change, { $organisation }: { $code }. Never share it with anyone. Not you? Tell the service desk.

    @{ $host } #{ $code }
sms-code-test =
    Test message, { $organisation }: { $code }. The number opens nothing, and there is nothing to do.

    @{ $host } #{ $code }

## What the text above is for: one of these words stands in its first 40 characters. `check` looks for them in texts of your own

sms-words-reset = password
sms-words-unlock = unlock
sms-words-enrol = set-up, set up, register, verify
sms-words-confirm = confirm, change
sms-words-test = test

## Calls with a code: who calls and what for, then the digits one by one. voice-speaker is one of Twilio's voices, and
## voice-language a language that it speaks; where calls leave another way they are not asked for

voice-code-reset = Hello. This is { $organisation }, with the code for resetting your password. Never share it with anyone. If you did not ask for it, hang up and tell the service desk.
voice-code-unlock = Hello. This is { $organisation }, with the code for unlocking your account. Never share it with anyone. If you did not ask for it, hang up and tell the service desk.
voice-code-enrol = Hello. This is { $organisation }, with the code for setting up this phone. Never share it with anyone. If you did not ask for it, just hang up.
voice-code-confirm = Hello. This is { $organisation }, with the code for confirming a change to your account. Never share it with anyone. If you did not ask for it, hang up and tell the service desk.
voice-code-test = Hello. This is { $organisation }, trying whether calls arrive. The number opens nothing, and there is nothing to do.
voice-language = en-US
voice-speaker = Polly.Joanna
voice-press = Press any key to hear the code.
voice-digits = Your code is:
voice-once-more = Once more:
voice-again = Press 1 to hear it again.
voice-goodbye = Goodbye.

## Mails with a code

mail-code-reset-subject = { $organisation }: your code to reset your password
mail-code-reset-body =
    Hello,

    Somebody asked to reset the password of your account at { $organisation }. The security code is:

    { $code }

    It is valid until { $until }. Enter it only on the page where you asked for it. Never share it: nobody at { $organisation } will ask you for it.

    If this was not you, do not pass the code on. Nothing has changed so far. Please tell the service desk.
mail-code-unlock-subject = { $organisation }: your code to unlock your account
mail-code-unlock-body =
    Hello,

    Somebody asked to unlock your account at { $organisation }. The security code is:

    { $code }

    It is valid until { $until }. Enter it only on the page where you asked for it. Never share it: nobody at { $organisation } will ask you for it.

    If this was not you, do not pass the code on. Nothing has changed so far. Please tell the service desk.
mail-code-enrol-subject = { $organisation }: your code to verify this address
mail-code-enrol-body =
    Hello,

    Somebody wants to register this address for getting back into an account at { $organisation }. The verification code is:

    { $code }

    It is valid until { $until }. Enter it only on the page where you asked for it. Never share it: nobody at { $organisation } will ask you for it.

    If this was not you, you need not do anything: without the code this address is not registered.
mail-code-confirm-subject = { $organisation }: your code to confirm a change
mail-code-confirm-body =
    Hello,

    Somebody who is signed in to your account at { $organisation } wants to change how you can be reached. The security code is:

    { $code }

    It is valid until { $until }. Enter it only on the page where you asked for it. Never share it: nobody at { $organisation } will ask you for it.

    If this was not you, do not pass the code on. Somebody knows your password: change it, and tell the service desk.
mail-code-test-subject = { $organisation }: a test message
mail-code-test-body =
    Hello,

    { $organisation } tries whether mails arrive. The number of this one opens nothing:

    { $code }

    A real one would be valid until { $until }. There is nothing to do.

## Notices

notice-reset-subject = { $organisation }: your password was reset
notice-reset-body =
    Hello,

    The password of the account { $name } at { $organisation } was reset on { $at }.

    If this was you, there is nothing to do.

    If this was not you, open this page and press the button:
    { $link }
notice-reset-sms = { $organisation }: the password of { $name } was reset. Not you? { $link }
notice-unlock-subject = { $organisation }: your account was unlocked
notice-unlock-body =
    Hello,

    The account { $name } at { $organisation } was unlocked on { $at }. The password has not changed.

    If this was you, there is nothing to do.

    If this was not you, open this page and press the button:
    { $link }
notice-unlock-sms = { $organisation }: the account { $name } was unlocked. Not you? { $link }
notice-changed-subject = { $organisation }: your password was changed
notice-changed-body =
    Hello,

    Somebody who was signed in changed the password of the account { $name } at { $organisation } on { $at }.

    If this was you, there is nothing to do.

    If this was not you, open this page and press the button:
    { $link }
notice-changed-sms = { $organisation }: the password of { $name } was changed. Not you? { $link }
notice-method-added-subject = { $organisation }: a way into your account was added
notice-method-added-body =
    Hello,

    A new way to get back into the account { $name } at { $organisation } was registered on { $at }: { $method }.

    If this was you, there is nothing to do.

    If this was not you, open this page and press the button:
    { $link }
notice-method-added-sms = { $organisation }: new for { $name }: { $method }. Not you? { $link }
notice-method-changed-subject = { $organisation }: a way into your account was changed
notice-method-changed-body =
    Hello,

    A way to get back into the account { $name } at { $organisation } was changed on { $at }: { $method }.

    If this was you, there is nothing to do.

    If this was not you, open this page and press the button:
    { $link }
notice-method-changed-sms = { $organisation }: changed for { $name }: { $method }. Not you? { $link }
notice-method-removed-subject = { $organisation }: a way into your account was removed
notice-method-removed-body =
    Hello,

    A way to get back into the account { $name } at { $organisation } was removed on { $at }: { $method }.

    If this was you, there is nothing to do.

    If this was not you, open this page and press the button:
    { $link }
notice-method-removed-sms = { $organisation }: removed for { $name }: { $method }. Not you? { $link }
notice-passkey-back-subject = { $organisation }: a passkey of yours may have been copied
notice-passkey-back-body =
    Hello,

    A passkey of the account { $name } at { $organisation } was used on { $at }, and its counter had gone back. Somebody may have a copy of it.

    If you used it just then, remove this passkey, set up a new one, and tell the service desk.

    If you did not, open this page and press the button:
    { $link }
notice-passkey-back-sms = { $organisation }: a passkey of { $name } may have been copied. Not you? { $link }
notice-code-used-subject = { $organisation }: a recovery code was used
notice-code-used-body =
    Hello,

    One of the recovery codes of the account { $name } at { $organisation } was used on { $at }. { $left ->
        [one] { $left } code is left.
       *[other] { $left } codes are left.
    }

    If this was you, there is nothing to do. When few are left, sign in and make new ones.

    If this was not you, open this page and press the button:
    { $link }
notice-code-used-sms = { $organisation }: a recovery code of { $name } was used, { $left } left. Not you? { $link }
notice-frozen-subject = { $organisation }: recovery of your account is stopped
notice-frozen-body =
    Hello,

    Somebody said "this wasn't me" about the account { $name } at { $organisation } on { $at }. Nobody can reset its password here now.

    Please tell the service desk. If you still know your password, you can sign in and allow recovery again.
notice-frozen-sms = { $organisation }: recovery of { $name } is stopped. Please tell the service desk.
notice-unfrozen-subject = { $organisation }: recovery of your account is allowed again
notice-unfrozen-body =
    Hello,

    Recovery of the account { $name } at { $organisation } was allowed again on { $at }.

    If this was not you, please tell the service desk at once.
notice-unfrozen-sms = { $organisation }: recovery of { $name } is allowed again. Not you? Tell the service desk.

## What administrators are told

alert-stopped-subject = { $organisation }: numbers in { $country } cannot be registered
alert-stopped-body =
    Hello,

    Of { $sent } codes to new phone numbers in { $country }, { $used } were used. Somebody may be paid for these messages. For { $hours } hours no codes leave for new numbers there; people whose number is registered are not held up.

    "keymend messages status" shows more; "keymend messages resume { $country }" ends it earlier.

    { $host }, { $at }
alert-unused-subject = { $organisation }: hardly any reset code to { $country } is used
alert-unused-body =
    Hello,

    Of { $sent } codes for resets to phones in { $country }, { $used } were used. Either they do not arrive, or somebody begins resets of others. Nothing was stopped.

    "keymend messages status" shows more; "keymend doctor" tries the gateways.

    { $host }, { $at }
alert-spent-subject = { $organisation }: the budget { $budget } is used up
alert-spent-body =
    Hello,

    The budget "{ $budget }" for messages is used up. Codes to phones that it is for are not sent until it has room again. Mails, and notices of changes, still leave.

    If this is ordinary use, give it more room in [limits]. If not, "keymend messages status" shows where the codes go.

    { $host }, { $at }

## The questions that policy may offer

question-bedtime-song = Which song did somebody sing to you at bedtime?
question-bedtime-story = Which story did you ask to hear over and over?
question-best-hiding-place = Where did you hide as a child when nobody was meant to find you?
question-book-character = Which character from a book did you want to be as a child?
question-book-never-finished = Which book have you begun more than once and never finished?
question-broken-in-secret = What did you once break without ever owning up?
question-childhood-collection = What unusual thing did you collect as a child?
question-childhood-fear = What imaginary thing frightened you at night as a child?
question-cousin-nickname = What did you call your oldest cousin when you were small?
question-dinner-with-history = Which person from history would you invite to dinner?
question-dish-burnt = Which dish did you ruin so badly that you still remember it?
question-dish-refused = Which dish did you always refuse to eat as a child?
question-family-car-name = What name did your family give to a car or bicycle?
question-family-word = Which word is used only in your family?
question-film-walked-out = Which film did you stop watching halfway through?
question-first-concert = Who was playing at the first concert you went to?
question-first-device-name = What name did you give to your first computer or phone?
question-first-dish-cooked = What was the first dish you cooked for other people?
question-first-earned-money = At which shop, farm or other place did you first earn money?
question-first-game-won = What was the first game that you played right to the end?
question-first-hill = What was the first hill or mountain you walked up?
question-first-landlord = What was the surname of the first person you rented from?
question-first-poem = Which poem was the first that you knew by heart?
question-first-savings = What was the first thing you saved up for?
question-first-soft-toy = What did you call the soft toy you slept with?
question-first-team = What was the first team, choir or club you belonged to called?
question-first-trip-alone = Which town did you first travel to on your own?
question-first-wild-animal = Which wild animal do you remember as the first you saw up close?
question-foreign-word = What was the first word you learned in a foreign language?
question-grandparent-pet-name = What pet name did a grandparent have for you?
question-holiday-friend = What was the first name of somebody you met on a holiday and never saw again?
question-holiday-rain = Where were you on the holiday with the worst weather?
question-imaginary-friend = What was your imaginary friend called?
question-learned-bicycle = On which street, yard or path did you learn to ride a bicycle?
question-learned-swimming = In which lake, river, sea or pool did you learn to swim?
question-lost-for-good = What did you lose as a child that you still miss?
question-lucky-charm = What do you keep, or did you once keep, as a lucky charm?
question-met-far-away = In which place far from home did you run into somebody you knew?
question-missed-departure = Where were you going when you missed a train, bus or plane?
question-museum-piece = Which object or picture in a museum do you remember best?
question-neighbours-pet = What was the name of a neighbour's animal where you grew up?
question-oldest-thing-owned = What is the oldest thing you own?
question-pen-friend-town = In which town did a pen friend or a friend far away live?
question-plant-kept-alive = Which plant have you kept alive the longest?
question-ringtone = Which tune was the ringtone of your first mobile phone?
question-school-neighbour = Who sat next to you in your first year at school?
question-school-play = Which part did you play in a school performance?
question-song-of-a-summer = Which song reminds you of one particular summer?
question-strange-present = What was the strangest present anybody gave you?
question-sweet-shop = What was the shop called where you bought sweets as a child?
question-teacher-nickname = Which nickname did pupils give to a teacher of yours?
question-toy-never-had = Which toy did you always want and never get?
question-word-mispronounced = Which word did you say wrongly for years?
question-wrong-bus = Where did you once end up by mistake?

## Countries and regions (names of the Unicode CLDR)

region-ac = Ascension Island
region-ad = Andorra
region-ae = United Arab Emirates
region-af = Afghanistan
region-ag = Antigua & Barbuda
region-ai = Anguilla
region-al = Albania
region-am = Armenia
region-ao = Angola
region-ar = Argentina
region-as = American Samoa
region-at = Austria
region-au = Australia
region-aw = Aruba
region-ax = Åland Islands
region-az = Azerbaijan
region-ba = Bosnia & Herzegovina
region-bb = Barbados
region-bd = Bangladesh
region-be = Belgium
region-bf = Burkina Faso
region-bg = Bulgaria
region-bh = Bahrain
region-bi = Burundi
region-bj = Benin
region-bl = St. Barthélemy
region-bm = Bermuda
region-bn = Brunei
region-bo = Bolivia
region-bq = Caribbean Netherlands
region-br = Brazil
region-bs = Bahamas
region-bt = Bhutan
region-bw = Botswana
region-by = Belarus
region-bz = Belize
region-ca = Canada
region-cc = Cocos (Keeling) Islands
region-cd = Congo - Kinshasa
region-cf = Central African Republic
region-cg = Congo - Brazzaville
region-ch = Switzerland
region-ci = Côte d’Ivoire
region-ck = Cook Islands
region-cl = Chile
region-cm = Cameroon
region-cn = China
region-co = Colombia
region-cr = Costa Rica
region-cu = Cuba
region-cv = Cape Verde
region-cw = Curaçao
region-cx = Christmas Island
region-cy = Cyprus
region-cz = Czechia
region-de = Germany
region-dj = Djibouti
region-dk = Denmark
region-dm = Dominica
region-do = Dominican Republic
region-dz = Algeria
region-ec = Ecuador
region-ee = Estonia
region-eg = Egypt
region-eh = Western Sahara
region-er = Eritrea
region-es = Spain
region-et = Ethiopia
region-fi = Finland
region-fj = Fiji
region-fk = Falkland Islands
region-fm = Micronesia
region-fo = Faroe Islands
region-fr = France
region-ga = Gabon
region-gb = United Kingdom
region-gd = Grenada
region-ge = Georgia
region-gf = French Guiana
region-gg = Guernsey
region-gh = Ghana
region-gi = Gibraltar
region-gl = Greenland
region-gm = Gambia
region-gn = Guinea
region-gp = Guadeloupe
region-gq = Equatorial Guinea
region-gr = Greece
region-gt = Guatemala
region-gu = Guam
region-gw = Guinea-Bissau
region-gy = Guyana
region-hk = Hong Kong SAR China
region-hn = Honduras
region-hr = Croatia
region-ht = Haiti
region-hu = Hungary
region-id = Indonesia
region-ie = Ireland
region-il = Israel
region-im = Isle of Man
region-in = India
region-io = British Indian Ocean Territory
region-iq = Iraq
region-ir = Iran
region-is = Iceland
region-it = Italy
region-je = Jersey
region-jm = Jamaica
region-jo = Jordan
region-jp = Japan
region-ke = Kenya
region-kg = Kyrgyzstan
region-kh = Cambodia
region-ki = Kiribati
region-km = Comoros
region-kn = St. Kitts & Nevis
region-kp = North Korea
region-kr = South Korea
region-kw = Kuwait
region-ky = Cayman Islands
region-kz = Kazakhstan
region-la = Laos
region-lb = Lebanon
region-lc = St. Lucia
region-li = Liechtenstein
region-lk = Sri Lanka
region-lr = Liberia
region-ls = Lesotho
region-lt = Lithuania
region-lu = Luxembourg
region-lv = Latvia
region-ly = Libya
region-ma = Morocco
region-mc = Monaco
region-md = Moldova
region-me = Montenegro
region-mf = St. Martin
region-mg = Madagascar
region-mh = Marshall Islands
region-mk = North Macedonia
region-ml = Mali
region-mm = Myanmar (Burma)
region-mn = Mongolia
region-mo = Macao SAR China
region-mp = Northern Mariana Islands
region-mq = Martinique
region-mr = Mauritania
region-ms = Montserrat
region-mt = Malta
region-mu = Mauritius
region-mv = Maldives
region-mw = Malawi
region-mx = Mexico
region-my = Malaysia
region-mz = Mozambique
region-na = Namibia
region-nc = New Caledonia
region-ne = Niger
region-nf = Norfolk Island
region-ng = Nigeria
region-ni = Nicaragua
region-nl = Netherlands
region-no = Norway
region-np = Nepal
region-nr = Nauru
region-nu = Niue
region-nz = New Zealand
region-om = Oman
region-pa = Panama
region-pe = Peru
region-pf = French Polynesia
region-pg = Papua New Guinea
region-ph = Philippines
region-pk = Pakistan
region-pl = Poland
region-pm = St. Pierre & Miquelon
region-pr = Puerto Rico
region-ps = Palestinian Territories
region-pt = Portugal
region-pw = Palau
region-py = Paraguay
region-qa = Qatar
region-re = Réunion
region-ro = Romania
region-rs = Serbia
region-ru = Russia
region-rw = Rwanda
region-sa = Saudi Arabia
region-sb = Solomon Islands
region-sc = Seychelles
region-sd = Sudan
region-se = Sweden
region-sg = Singapore
region-sh = St. Helena
region-si = Slovenia
region-sj = Svalbard & Jan Mayen
region-sk = Slovakia
region-sl = Sierra Leone
region-sm = San Marino
region-sn = Senegal
region-so = Somalia
region-sr = Suriname
region-ss = South Sudan
region-st = São Tomé & Príncipe
region-sv = El Salvador
region-sx = Sint Maarten
region-sy = Syria
region-sz = Eswatini
region-ta = Tristan da Cunha
region-tc = Turks & Caicos Islands
region-td = Chad
region-tg = Togo
region-th = Thailand
region-tj = Tajikistan
region-tk = Tokelau
region-tl = Timor-Leste
region-tm = Turkmenistan
region-tn = Tunisia
region-to = Tonga
region-tr = Türkiye
region-tt = Trinidad & Tobago
region-tv = Tuvalu
region-tw = Taiwan
region-tz = Tanzania
region-ua = Ukraine
region-ug = Uganda
region-us = United States
region-uy = Uruguay
region-uz = Uzbekistan
region-va = Vatican City
region-vc = St. Vincent & Grenadines
region-ve = Venezuela
region-vg = British Virgin Islands
region-vi = U.S. Virgin Islands
region-vn = Vietnam
region-vu = Vanuatu
region-wf = Wallis & Futuna
region-ws = Samoa
region-xk = Kosovo
region-ye = Yemen
region-yt = Mayotte
region-za = South Africa
region-zm = Zambia
region-zw = Zimbabwe
