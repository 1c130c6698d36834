# العربية. الرسائل والمتغيرات نفسها كما في en.ftl، ويتحقق من ذلك اختبار.

## Every page

skip = انتقل إلى المحتوى الرئيسي
product = استعادة الحساب
language = اللغة
theme-dark = استخدام الألوان الداكنة
theme-light = استخدام الألوان الفاتحة
signed-in-as = تم تسجيل الدخول باسم
sign-out = تسجيل الخروج
demo-strip = عرض توضيحي: لا تغادر أي رسالة هذا الجهاز.
demo-link = عرض الرسائل
footer-help = هل تحتاج إلى مساعدة؟
problem-title = هناك مشكلة
error-prefix = خطأ:
continue = متابعة
back = رجوع
cancel = إلغاء
verify = تحقق
try-again = إعادة المحاولة
text-me = أرسل لي رسالة نصية
call-me = اتصل بي
remove = إزالة
show = إظهار
hide = إخفاء
message-reference = الرقم المرجعي لمكتب المساعدة: { $value }

## Fields that several pages have

name-label = اسم تسجيل الدخول
password-label = كلمة المرور
country-label = البلد أو المنطقة
number-label = رقم الهاتف
number-hint = اكتبه كما تشاء، بمسافات أو بدونها.
code-label = رمز الأمان
code-times = استخدم الرمز الوارد في رسالة الساعة { $at }. الرمز صالح حتى { $until }، ولا تهم المسافات.
again-hint = لم يصل شيء بعد؟ قد يستغرق الأمر دقيقة.
new-password-label = كلمة المرور الجديدة
confirm-label = كلمة المرور الجديدة مرة أخرى
current-label = كلمة المرور الحالية
password-shown = كلمة المرور ظاهرة.
password-hidden = كلمة المرور مخفية.

## Start

start-title = عُد إلى حسابك
start-lead = في نحو دقيقتين، ومن دون انتظار أحد.
start-out = لا أستطيع تسجيل الدخول
start-reset = إعادة تعيين كلمة المرور
start-reset-hint = نسيتها أو لم تعد تعمل.
start-unlock = فتح قفل حسابي
start-unlock-hint = تعرف كلمة المرور، لكن حسابك مقفل.
start-in = أستطيع تسجيل الدخول
start-register = تسجيل بياناتي أو إدارتها
start-register-hint = أخبرنا كيف نصل إليك، لتساعد نفسك بنفسك في المرة القادمة.
start-change = تغيير كلمة المرور
start-change-hint = تعرف كلمة المرور وتريد واحدة جديدة.

## Sign in

sign-in-title = تسجيل الدخول
sign-in-lead = استخدم الاسم وكلمة المرور اللذين تستخدمهما كل يوم. بعد ذلك يمكنك تسجيل وسائل الوصول إليك أو تغييرها.
sign-in-password-lead = استخدم اسمك وكلمة المرور الحالية. بعد ذلك يمكنك اختيار كلمة مرور جديدة.
sign-in = تسجيل الدخول
sign-in-cannot = لا أستطيع تسجيل الدخول

## Registration: overview

register-title = لا تفقد الوصول إلى حسابك!
register-lead = قم بإعداد الوسائل أدناه مرة واحدة. إذا نسيت كلمة المرور يوماً فستعيدك إلى حسابك.
register-enough = شكراً! سنستخدم المعلومات أدناه لاستعادة حسابك إذا نسيت كلمة المرور. اضغط «إنهاء» لإغلاق هذه الصفحة.
row-phone-missing = لم يتم إعداد هاتف المصادقة
row-email-missing = لم يتم إعداد بريد المصادقة
row-questions-missing = لم يتم إعداد أسئلة الأمان
row-phone-set = هاتف المصادقة هو { $value }
row-email-set = بريد المصادقة هو { $value }
row-questions-set =
    { $count ->
        [zero] لم يتم إعداد أي سؤال أمان ({ $count })
        [one] تم إعداد سؤال أمان واحد ({ $count })
        [two] تم إعداد سؤالَي أمان ({ $count })
        [few] تم إعداد { $count } أسئلة أمان
        [many] تم إعداد { $count } سؤال أمان
       *[other] تم إعداد { $count } سؤال أمان
    }
row-worn = جرت محاولات خاطئة كثيرة فلم يعد صالحًا لإعادة تعيين كلمة المرور. غيّره لإعداده من جديد.
row-waits = يمكن استخدامه لإعادة التعيين ابتداءً من { $value }.
state-verified = تم التحقق
state-missing = لم يتم الإعداد
set-up-now = قم بالإعداد الآن
change = تغيير
finish = إنهاء
looks-good = كل شيء صحيح
still-right-title = هل ما زال هذا صحيحاً؟
still-right-text = مضى بعض الوقت. يرجى مراجعة القائمة أعلاه وتغيير ما لم يعد صحيحاً.
frozen-title = الاستعادة متوقفة
frozen-text = أفاد أحدهم «لم أكن أنا» بعد تغيير في حسابك. وحتى تسمح بالاستعادة من جديد، لن يستطيع أحد إعادة تعيين كلمة المرور هنا، ولا أنت.
unfreeze = السماح بالاستعادة من جديد

## Registration: phone, email, questions

phone-title = هاتف المصادقة
phone-lead = يرجى التحقق من رقم هاتف المصادقة أدناه. نستخدمه فقط لإعادتك إلى حسابك.
phone-choose = كيف نرسل إليك الرمز؟
sent-sms = أرسلنا إلى هاتفك رسالة نصية تحتوي على رمز تحقق.
sent-voice = نتصل بهاتفك الآن، وسيقرأ لك صوت رمز التحقق.
email-title = بريد المصادقة
email-lead = يرجى التحقق من عنوان بريد المصادقة أدناه.
email-label = بريد المصادقة
suggested-phone = هذا هو الرقم المسجل لك في دليل مؤسستك. استخدم رقماً آخر إن لم يعد لك.
suggested-email = هذا هو العنوان المسجل لك في دليل مؤسستك. استخدم عنواناً آخر إن كنت لا تستطيع قراءته وأنت خارج حسابك.
email-hint = عنوان تستطيع قراءته عندما لا تتمكن من الدخول هنا، مثل بريدك الشخصي.
email-me = أرسل لي بريداً
sent-email = أرسلنا إلى صندوق بريدك رسالة تحتوي على رمز تحقق.
questions-title = أسئلة الأمان
questions-lead = يرجى اختيار أسئلة للإجابة عنها أدناه.
questions-rule =
    يطلب منك المسؤول إعداد { $count ->
        [zero] { $count } سؤال
        [one] سؤال واحد ({ $count })
        [two] سؤالين ({ $count })
        [few] { $count } أسئلة
        [many] { $count } سؤالاً
       *[other] { $count } سؤال
    }، ويجب ألا تقل كل إجابة عن { $least ->
        [zero] { $least } حرف
        [one] حرف واحد ({ $least })
        [two] حرفين ({ $least })
        [few] { $least } أحرف
        [many] { $least } حرفاً
       *[other] { $least } حرف
    }.
question-label = سؤال الأمان { $number }
question-choose = اختر سؤالاً
answer-label = الإجابة { $number }
save-answers = حفظ الإجابات

## Registration: remove, confirm, done

remove-phone-title = هل تريد إزالة هاتف المصادقة؟
remove-email-title = هل تريد إزالة بريد المصادقة؟
remove-questions-title = هل تريد إزالة أسئلة الأمان؟
remove-text = لن تتمكن بعد ذلك من استخدامه للعودة إلى حسابك. وسنُعلم كل رقم وعنوان سجلته.
keep-it = الإبقاء عليه
confirm-title = أكّد أنك أنت
confirm-lead = قبل أن تغيّر ما هو مسجّل، يرجى إثبات هويتك بشيء سجلته من قبل.
confirm-choose = اختر واحدة
confirm-other = أو اختر طريقة أخرى
registered-title = كل شيء جاهز
registered-text = هذا إعداد لمرة واحدة. إذا نسيت كلمة المرور أو أُقفل حسابك، يمكنك الآن مساعدة نفسك بنفسك.
registered-next = يمكنك إغلاق هذه الصفحة.
cancelled-title = توقفنا هنا
cancelled-text = ما تحققت منه يبقى محفوظاً، وتم تسجيل خروجك. يمكنك المتابعة في أي وقت.
cancelled-onward = المتابعة الآن

## Methods and ways

method-phone = هاتف المصادقة
method-email = بريد المصادقة
method-questions = أسئلة الأمان
way-sms = رسالة نصية إلى هاتفي
way-voice = مكالمة إلى هاتفي
way-email = رسالة إلى بريدي
way-questions = الإجابة عن أسئلة الأمان
way-sms-hint = رمز برسالة نصية إلى الهاتف الذي سجلته
way-voice-hint = صوت يقرأ الرمز على الهاتف الذي سجلته
way-email-hint = رمز بالبريد إلى العنوان الذي سجلته
way-questions-hint = الأسئلة التي اخترتها عند التسجيل
channel-sms = رسالة نصية
channel-voice = مكالمة
channel-email = بريد إلكتروني

## Reset and unlock

step = الخطوة { $gate } من { $gates }
who-title = عُد إلى حسابك
who-lead = أخبرنا من أنت. يستغرق الأمر نحو دقيقتين.
name-hint = الاسم الذي تسجل به الدخول كل يوم.
what-title = ماذا حدث؟
goal-forgot = نسيت كلمة المرور
goal-forgot-hint = ستختار كلمة مرور جديدة.
goal-locked = أعرف كلمة المرور، لكنني لا أستطيع تسجيل الدخول
goal-locked-hint = سنفتح قفل حسابك، وتبقى كلمة المرور كما هي.
ways-title = اختر كيف تثبت أنك أنت
ways-lead = يرى الجميع هذه القائمة نفسها. اختر شيئاً سجلته.
ways-lead-next = نجح ذلك. لأمانك نحتاج إلى إثبات آخر من نوع مختلف.
ways-none = لم تبقَ هنا طريقة للمتابعة. يمكن لمكتب المساعدة أن يساعدك.
number-title = ما الهاتف الذي سجلته؟
number-lead = اكتب الرقم كاملاً. لا يُرسل الرمز إلا إذا كان هو الرقم المسجل للحساب.
code-title = أدخل رمز الأمان
code-sms =
    { $digits ->
        [zero] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فهناك رسالة نصية فيها رمز في الطريق ({ $digits }).
        [one] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فهناك رسالة نصية فيها رمز من رقم واحد في الطريق ({ $digits }).
        [two] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فهناك رسالة نصية فيها رمز من رقمين في الطريق ({ $digits }).
        [few] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فهناك رسالة نصية فيها رمز من { $digits } أرقام في الطريق.
        [many] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فهناك رسالة نصية فيها رمز من { $digits } رقماً في الطريق.
       *[other] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فهناك رسالة نصية فيها رمز من { $digits } رقم في الطريق.
    }
code-voice =
    { $digits ->
        [zero] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فنحن نتصل به الآن لقراءة الرمز ({ $digits }).
        [one] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فنحن نتصل به الآن لقراءة رمز من رقم واحد ({ $digits }).
        [two] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فنحن نتصل به الآن لقراءة رمز من رقمين ({ $digits }).
        [few] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فنحن نتصل به الآن لقراءة رمز من { $digits } أرقام.
        [many] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فنحن نتصل به الآن لقراءة رمز من { $digits } رقماً.
       *[other] إذا كنا نعرف هذا الحساب وكان الرقم صحيحاً، فنحن نتصل به الآن لقراءة رمز من { $digits } رقم.
    }
code-email =
    { $digits ->
        [zero] إذا كنا نعرف هذا الحساب، فهناك رسالة بريد فيها رمز في الطريق إلى العنوان المسجل له ({ $digits }).
        [one] إذا كنا نعرف هذا الحساب، فهناك رسالة بريد فيها رمز من رقم واحد في الطريق إلى العنوان المسجل له ({ $digits }).
        [two] إذا كنا نعرف هذا الحساب، فهناك رسالة بريد فيها رمز من رقمين في الطريق إلى العنوان المسجل له ({ $digits }).
        [few] إذا كنا نعرف هذا الحساب، فهناك رسالة بريد فيها رمز من { $digits } أرقام في الطريق إلى العنوان المسجل له.
        [many] إذا كنا نعرف هذا الحساب، فهناك رسالة بريد فيها رمز من { $digits } رقماً في الطريق إلى العنوان المسجل له.
       *[other] إذا كنا نعرف هذا الحساب، فهناك رسالة بريد فيها رمز من { $digits } رقم في الطريق إلى العنوان المسجل له.
    }
arrival-waiting-sms = ما زالت الرسالة النصية في الطريق.
arrival-waiting-voice = من المفترض أن يرن هاتفك في أي لحظة.
arrival-arrived-sms = وصلت الرسالة النصية إلى هاتفك.
arrival-arrived-voice = تم الرد على المكالمة.
arrival-failed-sms = تعذّر تسليم الرسالة النصية. يمكنك المحاولة مرة أخرى أو بطريقة أخرى.
arrival-failed-voice = لم يتم الرد على المكالمة. يمكنك المحاولة مرة أخرى أو بطريقة أخرى.
answers-title = أجب عن أسئلة الأمان
answers-lead = لا يهم حجم الأحرف ولا علامات الترقيم. تُراجع كل الإجابات معاً.
other-ways = طرق أخرى
try-another-way = جرّب طريقة أخرى
cannot-use = لا أستطيع استخدام أي من هذه
unlock-title = يمكنك الآن فتح قفل حسابك
unlock-text = لقد أثبتّ أنك أنت. تبقى كلمة المرور كما هي.
unlock-button = فتح قفل حسابي
help-title = يمكن لمكتب المساعدة أن يساعدك
help-text = احصل أولاً على رقم مرجعي واذكره لمكتب المساعدة، ليعرفوا ما حدث دون أن يسألوك عن كل شيء من جديد.
help-button = الحصول على رقم مرجعي
help-given = يرجى الاتصال بمكتب المساعدة وذكر هذا الرقم المرجعي.
help-reference = الرقم المرجعي
help-desk = مكتب المساعدة
help-never = لن يطلبوا منك أبداً كلمة مرور أو رمز أمان أو إجابة.

## Passwords

new-password-title = اختر كلمة مرور جديدة
new-password-lead = للحساب { $value }
rules-title = ما تحتاجه كلمة المرور الجديدة
suggestion = لا تخطر لك فكرة؟ هذه مناسبة:
use-this = استخدم هذه
set-password = تعيين كلمة المرور الجديدة
change-title = غيّر كلمة المرور
change-must = تطلب منك مؤسستك اختيار كلمة مرور جديدة قبل المتابعة.
change-button = تغيير كلمة المرور
changed-title = تم تغيير كلمة المرور
changed-onward = اطّلع على وسائل الوصول إليك
rule-length =
    { $min ->
        [zero] { $min } حرف على الأقل. عدة كلمات لا صلة بينها تصنع كلمة مرور جيدة.
        [one] حرف واحد على الأقل ({ $min }). عدة كلمات لا صلة بينها تصنع كلمة مرور جيدة.
        [two] حرفان على الأقل ({ $min }). عدة كلمات لا صلة بينها تصنع كلمة مرور جيدة.
        [few] { $min } أحرف على الأقل. عدة كلمات لا صلة بينها تصنع كلمة مرور جيدة.
        [many] { $min } حرفاً على الأقل. عدة كلمات لا صلة بينها تصنع كلمة مرور جيدة.
       *[other] { $min } حرف على الأقل. عدة كلمات لا صلة بينها تصنع كلمة مرور جيدة.
    }
rule-max =
    { $max ->
        [zero] { $max } حرف على الأكثر.
        [one] حرف واحد على الأكثر ({ $max }).
        [two] حرفان على الأكثر ({ $max }).
        [few] { $max } أحرف على الأكثر.
        [many] { $max } حرفاً على الأكثر.
       *[other] { $max } حرف على الأكثر.
    }
rule-spaces-allowed = المسافات والتشكيل وأي أحرف أخرى مسموحة.
rule-common = ليست شائعة الاستخدام، ولم تظهر في تسريب بيانات.
rule-own-words = لا تحتوي على اسمك ولا اسم تسجيل الدخول ولا اسم مؤسستك.
rule-banned = لا تحتوي على كلمة استبعدتها مؤسستك.
rule-history = لم تستخدمها من قبل.
rule-history-current = ليست كلمة المرور الحالية.
rule-history-count =
    { $count ->
        [zero] ليست من آخر { $count } كلمة مرور لك.
        [one] ليست كلمة مرورك الأخيرة ({ $count }).
        [two] ليست من آخر كلمتي مرور لك ({ $count }).
        [few] ليست من آخر { $count } كلمات مرور لك.
        [many] ليست من آخر { $count } كلمة مرور لك.
       *[other] ليست من آخر { $count } كلمة مرور لك.
    }
directory-rules-title = يطلب دليل مؤسستك أيضاً
directory-rule-kinds = { $count } على الأقل من هذه الأنواع: أحرف كبيرة، أحرف صغيرة، أرقام، علامات ترقيم، أحرف من كتابات ليس فيها أحرف كبيرة مثل العربية.
directory-rule-kinds-ascii = { $count } على الأقل من هذه الأنواع: أحرف إنجليزية كبيرة، أحرف إنجليزية صغيرة، أرقام، علامات ترقيم أو مسافات، أحرف أو رموز أخرى.
directory-rule-digits = الأرقام: { $count } على الأقل.
directory-rule-letters = الأحرف الإنجليزية، كبيرة أو صغيرة: { $count } على الأقل.
directory-rule-capitals = الأحرف الإنجليزية الكبيرة: { $count } على الأقل.
directory-rule-smalls = الأحرف الإنجليزية الصغيرة: { $count } على الأقل.
directory-rule-specials = علامات الترقيم أو المسافات: { $count } على الأقل.
directory-rule-foreign = أحرف أو رموز ليست على لوحة مفاتيح إنجليزية، مثل é أو س: { $count } على الأقل.
directory-rule-repeats = تكرار الحرف نفسه على التوالي: { $count } على الأكثر.
directory-rule-names = لا تحتوي على اسم تسجيل الدخول ولا على جزء من اسمك.
directory-rule-max-age-days = الأيام حتى يلزم تغييرها من جديد: { $count }.
directory-rule-max-age-hours = الساعات حتى يلزم تغييرها من جديد: { $count }.
directory-rule-max-age-minutes = الدقائق حتى يلزم تغييرها من جديد: { $count }.
directory-rule-min-age-days = الأيام قبل أن يمكنك تغييرها مرة أخرى: { $count }.
directory-rule-min-age-hours = الساعات قبل أن يمكنك تغييرها مرة أخرى: { $count }.
directory-rule-min-age-minutes = الدقائق قبل أن يمكنك تغييرها مرة أخرى: { $count }.
directory-rule-more = ربما قواعد أخرى لا يُظهرها لنا. إذا رفض كلمة مرور أخبرناك، ويمكنك تجربة غيرها.
strength-0 = سهلة التخمين جداً. أضف بضع كلمات لا صلة بينها.
strength-1 = سهلة التخمين. أضف بضع كلمات لا صلة بينها.
strength-2 = يمكن تخمينها. كلمة أخرى قد تساعد.
strength-3 = جيدة: يصعب تخمينها.
strength-4 = جيدة جداً: يصعب تخمينها كثيراً.
done-reset-title = تمت إعادة تعيين كلمة المرور
done-reset-text = تعمل كلمة المرور الجديدة فوراً أينما تستخدم هذا الحساب. قد تطلب منك بعض الأجهزة تسجيل الدخول من جديد.
done-unlock-title = حسابك مفتوح من جديد
done-unlock-text = أُقفل حسابك بعد عدة كلمات مرور خاطئة. وهو مفتوح الآن من جديد، ولم تتغير كلمة المرور.
done-told = أعلمنا كل رقم وعنوان سجلته، تحسباً لأن يكون الفاعل غيرك.
done-where = يمكنك إغلاق هذه الصفحة وتسجيل الدخول كالمعتاد.
done-sign-in = الانتقال إلى تسجيل الدخول

## "This wasn't me"

not-me-title = ألم تكن أنت؟
not-me-text = إذا لم تطلب هذا التغيير فأوقفه هنا. لن يستطيع أحد بعدها إعادة تعيين كلمة المرور بالهاتف أو البريد أو الأسئلة حتى تسمح أنت أو مكتب المساعدة بذلك من جديد، وتنتهي كل الزيارات المفتوحة.
not-me-button = لم أكن أنا
not-me-was-me = إذا كنت أنت، فلا داعي لفعل شيء: أغلق هذه الصفحة.
not-me-over = استُخدم هذا الرابط من قبل أو أصبح قديماً. إذا كان هناك خلل في حسابك، فيرجى إبلاغ مكتب المساعدة.
not-me-done-title = شكراً. الاستعادة متوقفة
not-me-done-text = لا يستطيع أحد الآن إعادة تعيين كلمة المرور هنا، وانتهت كل الزيارات المفتوحة.
not-me-next = يرجى إبلاغ مكتب المساعدة الآن. إذا كنت لا تزال تعرف كلمة المرور، فسجّل الدخول وغيّرها.

## The demonstration

demo-title = رسائل هذا العرض التوضيحي
demo-lead = يظهر هنا كل ما كان سيُرسل كرسالة نصية أو مكالمة أو بريد، والأحدث أولاً.
demo-refresh = تحديث
demo-empty = لم يُرسل شيء بعد.

## What was wrong with a form

fault-must-choose = اختر واحدة من هذه.
fault-name-empty = أدخل اسم تسجيل الدخول.
fault-name-long = هذا أطول من أن يكون اسم تسجيل دخول. راجعه وحاول من جديد.
fault-sign-in = لا يسمح هذا الاسم وكلمة المرور بالدخول. راجعهما. إذا حاولت عدة مرات فقد يكون حسابك مقفلاً: استخدم «لا أستطيع تسجيل الدخول» أدناه لفتح قفله أو لإعادة تعيين كلمة المرور.
fault-sign-in-disabled = كلمة المرور صحيحة، لكن حسابك معطّل. يُرجى مراجعة مكتب الدعم.
fault-sign-in-ended = كلمة المرور صحيحة، لكن مدة حسابك انتهت. يُرجى مراجعة مكتب الدعم.
fault-sign-in-not-now = كلمة المرور صحيحة، لكن لا يُسمح لحسابك بتسجيل الدخول في هذا الوقت أو من هنا. أعد المحاولة في ساعات عملك المعتادة أو راجع مكتب الدعم.
fault-code-wrong = ليس هذا هو الرمز الذي أرسلناه. راجعه وحاول من جديد.
fault-code-shape =
    { $digits ->
        [zero] الرمز فارغ ({ $digits }).
        [one] يتكون الرمز من رقم واحد ({ $digits }).
        [two] يتكون الرمز من رقمين ({ $digits }).
        [few] يتكون الرمز من { $digits } أرقام. أدخلها كلها.
        [many] يتكون الرمز من { $digits } رقماً. أدخلها كلها.
       *[other] يتكون الرمز من { $digits } رقم. أدخلها كلها.
    }
fault-code-expired = انتهت صلاحية هذا الرمز. اطلب رمزاً جديداً بالضغط على «إعادة المحاولة».
fault-code-spent = جُرّب هذا الرمز مرات كثيرة. اطلب رمزاً جديداً أو اختر طريقة أخرى.
fault-again-wait =
    { $seconds ->
        [zero] يمكنك طلب رمز آخر الآن ({ $seconds }).
        [one] انتظر ثانية واحدة ({ $seconds }) قبل طلب رمز آخر.
        [two] انتظر ثانيتين ({ $seconds }) قبل طلب رمز آخر.
        [few] انتظر { $seconds } ثوانٍ قبل طلب رمز آخر.
        [many] انتظر { $seconds } ثانية قبل طلب رمز آخر.
       *[other] انتظر { $seconds } ثانية قبل طلب رمز آخر.
    }
fault-sends-spent = لا يمكننا إرسال المزيد من الرموز الآن. اختر طريقة أخرى أو ابدأ من جديد لاحقاً.
fault-too-many = جرت محاولات كثيرة جداً. يرجى المحاولة من جديد بعد { $until }.
fault-answers-wrong = لا تتطابق الإجابات كلها. راجعها وحاول من جديد.
fault-minimum =
    { $count ->
        [zero] قم بإعداد الوسائل أدناه قبل الإنهاء ({ $count }).
        [one] قم بإعداد وسيلة أخرى واحدة على الأقل ({ $count }) من الوسائل أدناه قبل الإنهاء.
        [two] قم بإعداد وسيلتين أخريين على الأقل ({ $count }) من الوسائل أدناه قبل الإنهاء.
        [few] قم بإعداد { $count } وسائل أخرى على الأقل من الوسائل أدناه قبل الإنهاء.
        [many] قم بإعداد { $count } وسيلة أخرى على الأقل من الوسائل أدناه قبل الإنهاء.
       *[other] قم بإعداد { $count } وسيلة أخرى على الأقل من الوسائل أدناه قبل الإنهاء.
    }
fault-method-used = استُخدم هذا إثباتاً من قبل، أو يؤدي إلى الهاتف أو البريد نفسه. اختر طريقة أخرى.
fault-directory-busy = لا يمكننا الوصول إلى المكان الذي تُحفظ فيه كلمات المرور. لم يتغير شيء. يرجى المحاولة بعد دقيقة.
fault-directory-not-allowed = المكان الذي تُحفظ فيه كلمات المرور لا يسمح لنا بتغيير هذا الحساب، ولن تفيد إعادة المحاولة. لم يتغير شيء. يرجى الاتصال بمكتب المساعدة.
fault-current-wrong = ليست هذه كلمة المرور الحالية.
fault-passwords-differ = كلمتا المرور غير متطابقتين.
fault-phone-empty = أدخل رقم هاتفك.
fault-phone-not-a-number = لا يحتوي رقم الهاتف إلا على أرقام ومسافات وأقواس وعلامة زائد.
fault-phone-too-short = هذا الرقم قصير جداً. تأكد من عدم نقص أي رقم.
fault-phone-too-long = هذا الرقم طويل جداً. تأكد من عدم زيادة أي رقم.
fault-phone-not-valid = لا يوجد رقم كهذا في هذا البلد أو هذه المنطقة. راجعهما.
fault-phone-extension = لا يمكننا طلب رقم تحويلة. أدخل رقماً يصل إليك مباشرة.
fault-phone-country = لا يمكننا إرسال رموز إلى هذا البلد أو هذه المنطقة. استخدم رقماً آخر.
fault-phone-kind = لا يمكننا إرسال رموز إلى هذا النوع من الأرقام. استخدم هاتفاً محمولاً أو أرضياً.
fault-email-empty = أدخل عنوان بريدك.
fault-email-not-an-address = يبدو عنوان البريد مثل name@example.com. راجع عنوانك.
fault-email-too-long = هذا العنوان طويل جداً. استخدم عنواناً أقصر.
fault-email-own-domain = هذا العنوان تابع لمؤسستك: لن تستطيع قراءته عندما لا تتمكن من الدخول. استخدم عنواناً آخر، مثل بريدك الشخصي.
fault-password-empty = أدخل كلمة مرور.
fault-password-too-short =
    { $min ->
        [zero] استخدم { $min } حرف على الأقل.
        [one] استخدم حرفاً واحداً على الأقل ({ $min }).
        [two] استخدم حرفين على الأقل ({ $min }).
        [few] استخدم { $min } أحرف على الأقل. تكفي بضع كلمات إضافية.
        [many] استخدم { $min } حرفاً على الأقل. تكفي بضع كلمات إضافية.
       *[other] استخدم { $min } حرف على الأقل. تكفي بضع كلمات إضافية.
    }
fault-password-too-long =
    { $max ->
        [zero] استخدم { $max } حرف على الأكثر.
        [one] استخدم حرفاً واحداً على الأكثر ({ $max }).
        [two] استخدم حرفين على الأكثر ({ $max }).
        [few] استخدم { $max } أحرف على الأكثر.
        [many] استخدم { $max } حرفاً على الأكثر.
       *[other] استخدم { $max } حرف على الأكثر.
    }
fault-password-common = كلمة المرور هذه معروفة جداً: شائعة الاستخدام أو ظهرت في تسريب بيانات. اختر غيرها.
fault-password-own-word = كلمة مرور تحتوي على «{ $word }» يسهل تخمينها على من يعرفك. اختر غيرها.
fault-password-banned = استبعدت مؤسستك كلمة المرور هذه. اختر غيرها.
fault-password-control = تحتوي كلمة المرور هذه على محرف لا يمكن كتابته عند تسجيل الدخول، مثل فاصل أسطر. احذفه.
fault-password-used = استخدمت كلمة المرور هذه من قبل. اختر غيرها.
fault-password-too-soon = جرى تغيير كلمة المرور هذه قبل وقت قصير. يطلب دليل مؤسستك الانتظار قبل تغييرها مرة أخرى.
fault-password-too-short-for-directory = كلمة المرور هذه أقصر مما يقبله دليل مؤسستك. اختر كلمة أطول.
fault-password-directory = لا يقبل دليل مؤسستك كلمة المرور هذه. اختر كلمة أخرى.
fault-password-same-as-current = هذه هي كلمة المرور الحالية. اختر غيرها.
fault-password-too-soon-until = جرى تغيير كلمة المرور هذه قبل وقت قصير. يسمح دليل مؤسستك بتغييرها مرة أخرى ابتداءً من { $until }.
fault-password-few-kinds = يطلب دليل مؤسستك { $count } على الأقل من أنواع الأحرف المذكورة فوق الحقل. أضف نوعاً آخر.
fault-password-few-digits = يطلب دليل مؤسستك أرقاماً أكثر: { $count } على الأقل.
fault-password-few-letters = يطلب دليل مؤسستك أحرفاً إنجليزية أكثر: { $count } على الأقل.
fault-password-few-capitals = يطلب دليل مؤسستك أحرفاً إنجليزية كبيرة أكثر: { $count } على الأقل.
fault-password-few-smalls = يطلب دليل مؤسستك أحرفاً إنجليزية صغيرة أكثر: { $count } على الأقل.
fault-password-few-specials = يطلب دليل مؤسستك علامات ترقيم أو مسافات أكثر: { $count } على الأقل.
fault-password-few-foreign = يطلب دليل مؤسستك أحرفاً أو رموزاً أكثر مما ليس على لوحة مفاتيح إنجليزية، مثل é أو س: { $count } على الأقل.
fault-password-repeats = يقبل دليل مؤسستك تكرار الحرف نفسه على التوالي { $count } على الأكثر. ضع شيئاً آخر بينها.
fault-password-directory-name = لا يقبل دليل مؤسستك كلمة مرور تحتوي على «{ $word }» لأنه جزء من اسمك. اختر غيرها.
fault-password-one-of-these = لا تستوفي كلمة المرور هذه قاعدة الطول أو الأحرف أو السجل أو العمر في دليل مؤسستك، وهو لا يقول أيها. القواعد مذكورة فوق الحقل: جرّب كلمة لم تستخدمها من قبل.
fault-answer-empty = أدخل إجابة.
fault-answer-too-short =
    { $min ->
        [zero] يجب ألا تقل الإجابة عن { $min } حرف.
        [one] يجب ألا تقل الإجابة عن حرف واحد ({ $min }).
        [two] يجب ألا تقل الإجابة عن حرفين ({ $min }).
        [few] يجب ألا تقل الإجابة عن { $min } أحرف.
        [many] يجب ألا تقل الإجابة عن { $min } حرفاً.
       *[other] يجب ألا تقل الإجابة عن { $min } حرف.
    }
fault-answer-too-long =
    { $max ->
        [zero] يجب ألا تزيد الإجابة على { $max } حرف.
        [one] يجب ألا تزيد الإجابة على حرف واحد ({ $max }).
        [two] يجب ألا تزيد الإجابة على حرفين ({ $max }).
        [few] يجب ألا تزيد الإجابة على { $max } أحرف.
        [many] يجب ألا تزيد الإجابة على { $max } حرفاً.
       *[other] يجب ألا تزيد الإجابة على { $max } حرف.
    }
fault-answer-same = أعطيت هذه الإجابة لسؤال آخر. يجب أن تختلف كل إجابة عن الأخرى.
fault-answer-in-question = السؤال نفسه يكشف هذه الإجابة. اختر غيرها.
fault-answer-in-name-or-address = هذه الإجابة جزء من اسمك أو عنوانك. اختر غيرها.
fault-answer-too-common = يسهل تخمين هذه الإجابة. اختر غيرها.
fault-question-missing = اختر سؤالاً.
fault-question-repeated = اخترت هذا السؤال مرتين. يُستخدم كل سؤال مرة واحدة.
fault-question-unknown = لم يعد هذا السؤال متاحاً. اختر غيره.

## What just happened

news-phone-verified = تم التحقق من رقم هاتفك.
news-email-verified = تم التحقق من عنوان بريدك.
news-questions-saved = تم حفظ إجاباتك.
news-removed = تمت الإزالة.
news-confirmed = شكراً. سنسأل من جديد عندما يحين الوقت.
news-unfrozen = أصبحت الاستعادة مسموحة من جديد.

## Pages that only say something

onward-start = الانتقال إلى صفحة البداية
unknown-title = لا نعرف بعد هل نجح الأمر
unknown-text = تسلّم المكان الذي تُحفظ فيه كلمات المرور طلبك، لكنه لم يُجب. نحن نتحقق من ذلك. انتظر دقيقتين من فضلك ثم تابع: سترى هل نجح الأمر، أو يمكنك المحاولة من جديد.
unknown-change-text = تسلّم المكان الذي تُحفظ فيه كلمات المرور طلبك، لكنه لم يُجب. نحن نتحقق من ذلك وسنخبرك إن تغيّرت كلمة مرورك. إلى ذلك الحين جرّب كلمة المرور الجديدة أولاً ثم القديمة.
flow-over-title = انتهت هذه الزيارة
flow-over-text = حرصًا على سلامتك تنتهي الزيارة بعد { $minutes } دقيقة. لم يتغير شيء. ابدأ من جديد من فضلك.
flow-over-onward = البدء من جديد
locked-out-title = لا يمكننا المتابعة هنا
locked-out-text = حرصًا على سلامتك أُغلقت هذه الزيارة. حاول مرة أخرى غدًا، أو اتصل بمكتب الخدمة.
error-400-title = لم نفهم ذلك
error-400-text = نقص شيء من الطلب أو تغيّر في الطريق. لم يُنفّذ شيء. يرجى الرجوع والمحاولة من جديد.
error-403-title = هذا غير مسموح
error-403-text = بقيت الصفحة مفتوحة مدة طويلة، أو جاء الطلب من مكان آخر. لم يُنفّذ شيء. يرجى فتح الصفحة من جديد.
error-404-title = لا توجد صفحة كهذه
error-404-text = ربما كُتب العنوان خطأً، أو نُقلت الصفحة.
error-405-title = لا يمكن فعل ذلك هنا
error-405-text = لا يقبل هذا العنوان هذا النوع من الطلبات. يرجى البدء من صفحة البداية.
error-408-title = استغرق ذلك وقتاً طويلاً
error-408-text = كان الاتصال بطيئاً جداً فتوقفنا عن الانتظار. لم يُنفّذ شيء. يرجى المحاولة من جديد.
error-409-title = سبقك أحدهم
error-409-text = استمرت الزيارة نفسها في نافذة أخرى. يرجى النظر هناك أو فتح الصفحة من جديد.
error-413-title = هذا كثير جداً
error-413-text = كان الطلب أكبر من أي شيء تحتاجه هذه الصفحة. لم يُنفّذ شيء.
error-415-title = لا يمكننا قراءة ذلك
error-415-text = جاء الطلب بصيغة لا تعرفها هذه الصفحة. لم يُنفّذ شيء.
error-422-title = هناك شيء غير مناسب
error-422-text = لا يمكن أن يكون ما أُرسل صحيحاً. لم يُنفّذ شيء. يرجى الرجوع ومراجعته.
error-429-title = طلبات كثيرة جداً
error-429-text = وردت طلبات كثيرة في وقت قصير. يرجى الانتظار بضع دقائق والمحاولة من جديد.
error-500-title = حدث خطأ ما
error-500-text = الخطأ من جهتنا وقد سُجّل. يرجى المحاولة بعد دقيقة. إذا استمر، فاذكر لمكتب المساعدة الرقم المرجعي أدناه.
error-503-title = غير متاح الآن
error-503-text = هناك شيء نعتمد عليه لا يستجيب. لم يتغير شيء. يرجى المحاولة بعد دقيقة.

## Text messages with a code

sms-code-reset =
    تعيين كلمة المرور، { $organisation }: { $code }. لا تعطه لأحد. لم تطلبه؟ أبلغ الدعم.

    @{ $host } #{ $code }
sms-code-unlock =
    فتح قفل الحساب، { $organisation }: { $code }. لا تعطه لأحد. لم تطلبه؟ أبلغ الدعم.

    @{ $host } #{ $code }
sms-code-enrol =
    تسجيل الهاتف، { $organisation }: { $code }. لا تعطه لأحد. لم تطلبه؟ تجاهل الرسالة.

    @{ $host } #{ $code }
sms-code-confirm =
    تأكيد تغيير، { $organisation }: { $code }. لا تعطه لأحد. لم تطلبه؟ أبلغ الدعم.

    @{ $host } #{ $code }
sms-code-test =
    رسالة تجريبية، { $organisation }: { $code }. الرقم لا يفتح شيئاً ولا يلزمك شيء.

    @{ $host } #{ $code }

## Words that say what the text above is for

sms-words-reset = كلمة المرور, كلمة السر
sms-words-unlock = قفل
sms-words-enrol = تسجيل, التحقق
sms-words-confirm = تأكيد, تغيير
sms-words-test = تجريب, اختبار

## Calls with a code

voice-code-reset = مرحباً. نتصل بك من { $organisation } لإعطائك رمز إعادة تعيين كلمة المرور. لا تعطه لأحد. إذا لم تطلبه فأغلق الخط وأبلغ مكتب المساعدة.
voice-code-unlock = مرحباً. نتصل بك من { $organisation } لإعطائك رمز فتح قفل حسابك. لا تعطه لأحد. إذا لم تطلبه فأغلق الخط وأبلغ مكتب المساعدة.
voice-code-enrol = مرحباً. نتصل بك من { $organisation } لإعطائك رمز تسجيل هذا الهاتف. لا تعطه لأحد. إذا لم تطلبه فأغلق الخط فحسب.
voice-code-confirm = مرحباً. نتصل بك من { $organisation } لإعطائك رمز تأكيد تغيير في حسابك. لا تعطه لأحد. إذا لم تطلبه فأغلق الخط وأبلغ مكتب المساعدة.
voice-code-test = مرحباً. نتصل بك من { $organisation } لتجربة وصول المكالمات. الرقم لا يفتح شيئاً ولا يلزمك شيء.
voice-language = arb
voice-speaker = Polly.Zeina
voice-press = اضغط أي مفتاح لسماع الرمز.
voice-digits = رمزك هو:
voice-once-more = مرة أخرى:
voice-again = اضغط الرقم 1 لسماعه من جديد.
voice-goodbye = مع السلامة.

## Mails with a code

mail-code-reset-subject = { $organisation }: رمز إعادة تعيين كلمة المرور
mail-code-reset-body =
    مرحباً،

    طلب أحدهم إعادة تعيين كلمة المرور لحسابك في { $organisation }. رمز الأمان هو:

    { $code }

    وهو صالح حتى { $until }. أدخله فقط في الصفحة التي طلبته منها. لا تعطه لأحد: لن يطلبه منك أحد في { $organisation }.

    إذا لم تكن أنت، فلا تعطِ الرمز لأحد. لم يتغير شيء حتى الآن. يرجى إبلاغ مكتب المساعدة.
mail-code-unlock-subject = { $organisation }: رمز فتح قفل حسابك
mail-code-unlock-body =
    مرحباً،

    طلب أحدهم فتح قفل حسابك في { $organisation }. رمز الأمان هو:

    { $code }

    وهو صالح حتى { $until }. أدخله فقط في الصفحة التي طلبته منها. لا تعطه لأحد: لن يطلبه منك أحد في { $organisation }.

    إذا لم تكن أنت، فلا تعطِ الرمز لأحد. لم يتغير شيء حتى الآن. يرجى إبلاغ مكتب المساعدة.
mail-code-enrol-subject = { $organisation }: رمز التحقق من هذا العنوان
mail-code-enrol-body =
    مرحباً،

    يريد أحدهم تسجيل هذا العنوان لاستعادة الوصول إلى حساب في { $organisation }. رمز التحقق هو:

    { $code }

    وهو صالح حتى { $until }. أدخله فقط في الصفحة التي طلبته منها. لا تعطه لأحد: لن يطلبه منك أحد في { $organisation }.

    إذا لم تكن أنت، فلا داعي لفعل شيء: لا يُسجّل هذا العنوان من دون الرمز.
mail-code-confirm-subject = { $organisation }: رمز تأكيد تغيير
mail-code-confirm-body =
    مرحباً،

    يريد شخص سجّل الدخول إلى حسابك في { $organisation } تغيير وسائل الوصول إليك. رمز الأمان هو:

    { $code }

    وهو صالح حتى { $until }. أدخله فقط في الصفحة التي طلبته منها. لا تعطه لأحد: لن يطلبه منك أحد في { $organisation }.

    إذا لم تكن أنت، فلا تعطِ الرمز لأحد. هناك من يعرف كلمة المرور: غيّرها وأبلغ مكتب المساعدة.
mail-code-test-subject = { $organisation }: رسالة تجريبية
mail-code-test-body =
    مرحباً،

    تجرّب { $organisation } وصول الرسائل. رقم هذه الرسالة لا يفتح شيئاً:

    { $code }

    الرمز الحقيقي يكون صالحاً حتى { $until }. لا يلزمك شيء.

## Notices

notice-reset-subject = { $organisation }: تمت إعادة تعيين كلمة المرور
notice-reset-body =
    مرحباً،

    تمت إعادة تعيين كلمة المرور للحساب { $name } في { $organisation } بتاريخ { $at }.

    إذا كنت أنت، فلا داعي لفعل شيء.

    إذا لم تكن أنت، فافتح هذه الصفحة واضغط الزر:
    { $link }
notice-reset-sms = { $organisation }: أعيد تعيين كلمة مرور { $name }. لم تكن أنت؟ { $link }
notice-unlock-subject = { $organisation }: تم فتح قفل حسابك
notice-unlock-body =
    مرحباً،

    تم فتح قفل الحساب { $name } في { $organisation } بتاريخ { $at }. لم تتغير كلمة المرور.

    إذا كنت أنت، فلا داعي لفعل شيء.

    إذا لم تكن أنت، فافتح هذه الصفحة واضغط الزر:
    { $link }
notice-unlock-sms = { $organisation }: فُتح قفل الحساب { $name }. لم تكن أنت؟ { $link }
notice-changed-subject = { $organisation }: تم تغيير كلمة المرور
notice-changed-body =
    مرحباً،

    غيّر شخص سجّل الدخول كلمة المرور للحساب { $name } في { $organisation } بتاريخ { $at }.

    إذا كنت أنت، فلا داعي لفعل شيء.

    إذا لم تكن أنت، فافتح هذه الصفحة واضغط الزر:
    { $link }
notice-changed-sms = { $organisation }: تغيّرت كلمة مرور { $name }. لم تكن أنت؟ { $link }
notice-method-added-subject = { $organisation }: أضيفت طريقة للوصول إلى حسابك
notice-method-added-body =
    مرحباً،

    سُجلت طريقة جديدة لاستعادة الحساب { $name } في { $organisation } بتاريخ { $at }: { $method }.

    إذا كنت أنت، فلا داعي لفعل شيء.

    إذا لم تكن أنت، فافتح هذه الصفحة واضغط الزر:
    { $link }
notice-method-added-sms = { $organisation }: جديد في { $name }: { $method }. لم تكن أنت؟ { $link }
notice-method-changed-subject = { $organisation }: تغيّرت طريقة للوصول إلى حسابك
notice-method-changed-body =
    مرحباً،

    تغيّرت طريقة لاستعادة الحساب { $name } في { $organisation } بتاريخ { $at }: { $method }.

    إذا كنت أنت، فلا داعي لفعل شيء.

    إذا لم تكن أنت، فافتح هذه الصفحة واضغط الزر:
    { $link }
notice-method-changed-sms = { $organisation }: تغيير في { $name }: { $method }. لم تكن أنت؟ { $link }
notice-method-removed-subject = { $organisation }: أزيلت طريقة للوصول إلى حسابك
notice-method-removed-body =
    مرحباً،

    أزيلت طريقة لاستعادة الحساب { $name } في { $organisation } بتاريخ { $at }: { $method }.

    إذا كنت أنت، فلا داعي لفعل شيء.

    إذا لم تكن أنت، فافتح هذه الصفحة واضغط الزر:
    { $link }
notice-method-removed-sms = { $organisation }: إزالة من { $name }: { $method }. لم تكن أنت؟ { $link }
notice-frozen-subject = { $organisation }: استعادة حسابك متوقفة
notice-frozen-body =
    مرحباً،

    أفاد أحدهم «لم أكن أنا» بشأن الحساب { $name } في { $organisation } بتاريخ { $at }. لا يستطيع أحد الآن إعادة تعيين كلمة المرور بالهاتف أو البريد أو الأسئلة.

    يرجى إبلاغ مكتب المساعدة. إذا كنت لا تزال تعرف كلمة المرور، فيمكنك تسجيل الدخول والسماح بالاستعادة من جديد.
notice-frozen-sms = { $organisation }: استعادة { $name } متوقفة. يرجى إبلاغ مكتب المساعدة.
notice-unfrozen-subject = { $organisation }: استعادة حسابك مسموحة من جديد
notice-unfrozen-body =
    مرحباً،

    أصبحت استعادة الحساب { $name } في { $organisation } مسموحة من جديد بتاريخ { $at }.

    إذا لم تكن أنت، فيرجى إبلاغ مكتب المساعدة فوراً.
notice-unfrozen-sms = { $organisation }: استعادة { $name } مسموحة من جديد. لم تكن أنت؟ أبلغ مكتب المساعدة.

## What administrators are told

alert-stopped-subject = { $organisation }: لا يمكن تسجيل أرقام من { $country }
alert-stopped-body =
    مرحباً،

    من أصل { $sent } من الرموز المرسلة إلى أرقام جديدة في { $country } استُخدم { $used }. قد يكون أحدهم يتقاضى أجراً عن هذه الرسائل. لن تُرسل رموز إلى أرقام جديدة هناك لمدة { $hours } ساعات؛ ولا يتأثر من رقمه مسجَّل.

    يعرض «keymend messages status» المزيد، وينهي «keymend messages resume { $country }» التوقف قبل ذلك.

    { $host }، { $at }
alert-unused-subject = { $organisation }: لا يكاد يُستخدم أي رمز لإعادة التعيين في { $country }
alert-unused-body =
    مرحباً،

    من أصل { $sent } من رموز إعادة التعيين المرسلة إلى هواتف في { $country } استُخدم { $used }. إما أنها لا تصل، أو أن أحدهم يبدأ إعادة تعيين لحسابات غيره. لم يُوقَف شيء.

    يعرض «keymend messages status» المزيد، ويجرب «keymend doctor» البوابات.

    { $host }، { $at }
alert-spent-subject = { $organisation }: نفدت ميزانية { $budget }
alert-spent-body =
    مرحباً،

    نفدت ميزانية الرسائل «{ $budget }». لن تُرسل الرموز إلى الهواتف المشمولة بها حتى يتوفر فيها متسع من جديد. ويستمر إرسال البريد وإشعارات التغييرات.

    إن كان هذا استخداماً عادياً فوسّعها في [limits]. وإلا فإن «keymend messages status» يعرض إلى أين تذهب الرموز.

    { $host }، { $at }

## The questions that policy may offer

question-bedtime-song = ما الأغنية التي كانت تُغنى لك قبل النوم؟
question-bedtime-story = ما الحكاية التي كنت تطلب سماعها مرارًا؟
question-best-hiding-place = أين كنت تختبئ في طفولتك حين لا تريد أن يجدك أحد؟
question-book-character = أي شخصية من كتاب تمنيت أن تكونها في صغرك؟
question-book-never-finished = ما الكتاب الذي بدأت قراءته أكثر من مرة ولم تكمله؟
question-broken-in-secret = ما الشيء الذي كسرته يومًا ولم تعترف بذلك؟
question-childhood-collection = ما الشيء الغريب الذي كنت تجمعه في صغرك؟
question-childhood-fear = ما الشيء الخيالي الذي كان يخيفك ليلًا في طفولتك؟
question-cousin-nickname = بماذا كنت تنادي أكبر أبناء عمومتك أو أخوالك في صغرك؟
question-dinner-with-history = أي شخصية من التاريخ تود دعوتها إلى العشاء؟
question-dish-burnt = ما الطبق الذي أفسدته لدرجة أنك ما زلت تذكره؟
question-dish-refused = ما الطبق الذي كنت ترفض أكله دائمًا في طفولتك؟
question-family-car-name = ما الاسم الذي أطلقته عائلتك على سيارة أو دراجة؟
question-family-word = ما الكلمة التي لا تُستعمل إلا في عائلتك؟
question-film-walked-out = ما الفيلم الذي توقفت عن مشاهدته في منتصفه؟
question-first-concert = من كان يعزف أو يغني في أول حفل حضرته؟
question-first-device-name = ما الاسم الذي أعطيته لأول حاسوب أو هاتف لديك؟
question-first-dish-cooked = ما أول طبق طهوته لأشخاص آخرين؟
question-first-earned-money = في أي متجر أو مزرعة أو مكان آخر كسبت أول أجر لك؟
question-first-game-won = ما أول لعبة لعبتها حتى نهايتها؟
question-first-hill = ما أول تل أو جبل صعدت إليه؟
question-first-landlord = ما لقب أول شخص استأجرت منه سكنًا؟
question-first-poem = ما أول قصيدة حفظتها عن ظهر قلب؟
question-first-savings = ما أول شيء ادخرت المال من أجله؟
question-first-soft-toy = ماذا كنت تسمي الدمية القماشية التي كنت تنام معها؟
question-first-team = ما اسم أول فريق أو جوقة أو نادٍ انتميت إليه؟
question-first-trip-alone = ما أول مدينة سافرت إليها بمفردك؟
question-first-wild-animal = ما أول حيوان بري تذكر أنك رأيته عن قرب؟
question-foreign-word = ما أول كلمة تعلمتها بلغة أجنبية؟
question-grandparent-pet-name = بأي اسم تدليل كان جدك أو جدتك يناديك؟
question-holiday-friend = ما الاسم الأول لشخص تعرفت إليه في عطلة ولم تره بعدها؟
question-holiday-rain = أين قضيت العطلة التي كان طقسها الأسوأ؟
question-imaginary-friend = ما اسم صديقك الخيالي؟
question-learned-bicycle = في أي شارع أو ساحة أو طريق تعلمت ركوب الدراجة؟
question-learned-swimming = في أي بحيرة أو نهر أو بحر أو مسبح تعلمت السباحة؟
question-lost-for-good = ما الشيء الذي فقدته في طفولتك وما زلت تفتقده؟
question-lucky-charm = ما الشيء الذي تحتفظ به أو كنت تحتفظ به كتميمة حظ؟
question-met-far-away = في أي مكان بعيد عن بيتك صادفت شخصًا تعرفه؟
question-missed-departure = إلى أين كنت ذاهبًا حين فاتك قطار أو حافلة أو طائرة؟
question-museum-piece = أي قطعة أو لوحة في متحف تذكرها أكثر من غيرها؟
question-neighbours-pet = ما اسم حيوان كان لدى جيرانك حيث نشأت؟
question-oldest-thing-owned = ما أقدم شيء تملكه؟
question-pen-friend-town = في أي مدينة كان يعيش صديق لك بالمراسلة أو صديق بعيد؟
question-plant-kept-alive = ما النبتة التي حافظت عليها حية أطول مدة؟
question-ringtone = ما اللحن الذي كان رنين هاتفك المحمول الأول؟
question-school-neighbour = من كان يجلس بجانبك في سنتك الدراسية الأولى؟
question-school-play = ما الدور الذي أديته في عرض مدرسي؟
question-song-of-a-summer = ما الأغنية التي تذكرك بصيف بعينه؟
question-strange-present = ما أغرب هدية قدمها لك أحد؟
question-sweet-shop = ما اسم المتجر الذي كنت تشتري منه الحلوى في طفولتك؟
question-teacher-nickname = ما اللقب الذي أطلقه التلاميذ على أحد معلميك؟
question-toy-never-had = ما اللعبة التي تمنيتها دائمًا ولم تحصل عليها؟
question-word-mispronounced = ما الكلمة التي ظللت تنطقها خطأً لسنوات؟
question-wrong-bus = إلى أين وصلت مرة عن طريق الخطأ؟

## Countries and regions (names of the Unicode CLDR)

region-ac = جزيرة أسينشيون
region-ad = أندورا
region-ae = الإمارات العربية المتحدة
region-af = أفغانستان
region-ag = أنتيغوا وبربودا
region-ai = أنغويلا
region-al = ألبانيا
region-am = أرمينيا
region-ao = أنغولا
region-ar = الأرجنتين
region-as = ساموا الأمريكية
region-at = النمسا
region-au = أستراليا
region-aw = أروبا
region-ax = جزر آلاند
region-az = أذربيجان
region-ba = البوسنة والهرسك
region-bb = بربادوس
region-bd = بنغلاديش
region-be = بلجيكا
region-bf = بوركينا فاسو
region-bg = بلغاريا
region-bh = البحرين
region-bi = بوروندي
region-bj = بنين
region-bl = سان بارتليمي
region-bm = برمودا
region-bn = بروناي
region-bo = بوليفيا
region-bq = هولندا الكاريبية
region-br = البرازيل
region-bs = جزر البهاما
region-bt = بوتان
region-bw = بوتسوانا
region-by = بيلاروس
region-bz = بليز
region-ca = كندا
region-cc = جزر كوكوس (كيلينغ)
region-cd = الكونغو - كينشاسا
region-cf = جمهورية أفريقيا الوسطى
region-cg = الكونغو - برازافيل
region-ch = سويسرا
region-ci = ساحل العاج
region-ck = جزر كوك
region-cl = تشيلي
region-cm = الكاميرون
region-cn = الصين
region-co = كولومبيا
region-cr = كوستاريكا
region-cu = كوبا
region-cv = الرأس الأخضر
region-cw = كوراساو
region-cx = جزيرة كريسماس
region-cy = قبرص
region-cz = التشيك
region-de = ألمانيا
region-dj = جيبوتي
region-dk = الدانمرك
region-dm = دومينيكا
region-do = جمهورية الدومينيكان
region-dz = الجزائر
region-ec = الإكوادور
region-ee = إستونيا
region-eg = مصر
region-eh = الصحراء الغربية
region-er = إريتريا
region-es = إسبانيا
region-et = إثيوبيا
region-fi = فنلندا
region-fj = فيجي
region-fk = جزر فوكلاند
region-fm = ميكرونيزيا
region-fo = جزر فارو
region-fr = فرنسا
region-ga = الغابون
region-gb = المملكة المتحدة
region-gd = غرينادا
region-ge = جورجيا
region-gf = غويانا الفرنسية
region-gg = غيرنزي
region-gh = غانا
region-gi = جبل طارق
region-gl = غرينلاند
region-gm = غامبيا
region-gn = غينيا
region-gp = غوادلوب
region-gq = غينيا الاستوائية
region-gr = اليونان
region-gt = غواتيمالا
region-gu = غوام
region-gw = غينيا بيساو
region-gy = غيانا
region-hk = هونغ كونغ الصينية (منطقة إدارية خاصة)
region-hn = هندوراس
region-hr = كرواتيا
region-ht = هايتي
region-hu = هنغاريا
region-id = إندونيسيا
region-ie = أيرلندا
region-il = إسرائيل
region-im = جزيرة مان
region-in = الهند
region-io = الإقليم البريطاني في المحيط الهندي
region-iq = العراق
region-ir = إيران
region-is = آيسلندا
region-it = إيطاليا
region-je = جيرسي
region-jm = جامايكا
region-jo = الأردن
region-jp = اليابان
region-ke = كينيا
region-kg = قيرغيزستان
region-kh = كمبوديا
region-ki = كيريباتي
region-km = جزر القمر
region-kn = سانت كيتس ونيفيس
region-kp = كوريا الشمالية
region-kr = كوريا الجنوبية
region-kw = الكويت
region-ky = جزر كايمان
region-kz = كازاخستان
region-la = لاوس
region-lb = لبنان
region-lc = سانت لوسيا
region-li = ليختنشتاين
region-lk = سريلانكا
region-lr = ليبيريا
region-ls = ليسوتو
region-lt = ليتوانيا
region-lu = لوكسمبورغ
region-lv = لاتفيا
region-ly = ليبيا
region-ma = المغرب
region-mc = موناكو
region-md = مولدوفا
region-me = الجبل الأسود
region-mf = سان مارتن
region-mg = مدغشقر
region-mh = جزر مارشال
region-mk = مقدونيا الشمالية
region-ml = مالي
region-mm = ميانمار (بورما)
region-mn = منغوليا
region-mo = منطقة ماكاو الإدارية الخاصة
region-mp = جزر ماريانا الشمالية
region-mq = جزر المارتينيك
region-mr = موريتانيا
region-ms = مونتسرات
region-mt = مالطا
region-mu = موريشيوس
region-mv = جزر المالديف
region-mw = ملاوي
region-mx = المكسيك
region-my = ماليزيا
region-mz = موزمبيق
region-na = ناميبيا
region-nc = كاليدونيا الجديدة
region-ne = النيجر
region-nf = جزيرة نورفولك
region-ng = نيجيريا
region-ni = نيكاراغوا
region-nl = هولندا
region-no = النرويج
region-np = نيبال
region-nr = ناورو
region-nu = نيوي
region-nz = نيوزيلندا
region-om = عُمان
region-pa = بنما
region-pe = بيرو
region-pf = بولينيزيا الفرنسية
region-pg = بابوا غينيا الجديدة
region-ph = الفلبين
region-pk = باكستان
region-pl = بولندا
region-pm = سان بيير ومكويلون
region-pr = بورتوريكو
region-ps = الأراضي الفلسطينية
region-pt = البرتغال
region-pw = بالاو
region-py = باراغواي
region-qa = قطر
region-re = روينيون
region-ro = رومانيا
region-rs = صربيا
region-ru = روسيا
region-rw = رواندا
region-sa = المملكة العربية السعودية
region-sb = جزر سليمان
region-sc = سيشل
region-sd = السودان
region-se = السويد
region-sg = سنغافورة
region-sh = سانت هيلينا
region-si = سلوفينيا
region-sj = سفالبارد وجان ماين
region-sk = سلوفاكيا
region-sl = سيراليون
region-sm = سان مارينو
region-sn = السنغال
region-so = الصومال
region-sr = سورينام
region-ss = جنوب السودان
region-st = ساو تومي وبرينسيبي
region-sv = السلفادور
region-sx = سانت مارتن
region-sy = سوريا
region-sz = إسواتيني
region-ta = تريستان دا كونا
region-tc = جزر توركس وكايكوس
region-td = تشاد
region-tg = توغو
region-th = تايلاند
region-tj = طاجيكستان
region-tk = توكيلاو
region-tl = تيمور - ليشتي
region-tm = تركمانستان
region-tn = تونس
region-to = تونغا
region-tr = تركيا
region-tt = ترينيداد وتوباغو
region-tv = توفالو
region-tw = تايوان
region-tz = تنزانيا
region-ua = أوكرانيا
region-ug = أوغندا
region-us = الولايات المتحدة
region-uy = أورغواي
region-uz = أوزبكستان
region-va = الفاتيكان
region-vc = سانت فنسنت وجزر غرينادين
region-ve = فنزويلا
region-vg = جزر فيرجن البريطانية
region-vi = جزر فيرجن الأمريكية
region-vn = فيتنام
region-vu = فانواتو
region-wf = جزر والس وفوتونا
region-ws = ساموا
region-xk = كوسوفو
region-ye = اليمن
region-yt = مايوت
region-za = جنوب أفريقيا
region-zm = زامبيا
region-zw = زيمبابوي
