# Español. Los mismos mensajes y variables que en.ftl: una prueba lo comprueba.

## Every page

skip = Ir al contenido principal
product = Recuperación de cuentas
language = Idioma
theme-dark = Usar colores oscuros
theme-light = Usar colores claros
signed-in-as = Sesión iniciada como
sign-out = Cerrar sesión
demo-strip = Demostración: ningún mensaje sale de este equipo.
demo-link = Ver los mensajes
footer-help = ¿Necesita ayuda?
problem-title = Hay un problema
error-prefix = Error:
continue = Continuar
back = Volver
cancel = Cancelar
verify = Verificar
try-again = Intentar de nuevo
text-me = Enviarme un SMS
call-me = Llamarme
remove = Quitar
show = Mostrar
hide = Ocultar
message-reference = Referencia para el servicio de asistencia: { $value }

## Fields that several pages have

name-label = Nombre de usuario
password-label = Contraseña
country-label = País o región
number-label = Número de teléfono
number-hint = Escríbalo como prefiera, con o sin espacios.
code-label = Código de seguridad
code-times = Usa el código del mensaje de las { $at }. Vale hasta las { $until }; los espacios no importan.
again-hint = ¿Aún nada? Puede tardar un minuto.
new-password-label = Contraseña nueva
confirm-label = Contraseña nueva, otra vez
current-label = Contraseña actual
password-shown = La contraseña está visible.
password-hidden = La contraseña está oculta.

## Start

start-title = Recupere el acceso a su cuenta
start-lead = En unos dos minutos y sin esperar a nadie.
start-out = No puedo iniciar sesión
start-reset = Restablecer mi contraseña
start-reset-hint = La ha olvidado o ya no funciona.
start-unlock = Desbloquear mi cuenta
start-unlock-hint = Sabe su contraseña, pero la cuenta quedó bloqueada.
start-in = Puedo iniciar sesión
start-register = Registrar o gestionar mis datos
start-register-hint = Indique cómo localizarle y la próxima vez podrá resolverlo por su cuenta.
start-change = Cambiar mi contraseña
start-change-hint = Sabe su contraseña y quiere una nueva.

## Sign in

sign-in-title = Iniciar sesión
sign-in-lead = Use el nombre y la contraseña de todos los días. Después podrá registrar o cambiar sus datos de contacto.
sign-in-password-lead = Use su nombre y su contraseña actuales. Después podrá elegir una nueva.
sign-in = Iniciar sesión
sign-in-cannot = No puedo iniciar sesión
sign-in-with = Iniciar sesión con { $value }
sign-in-or-password = O use su contraseña:
sign-in-provider-lead = Inicie sesión como todos los días. Después podrá registrar o cambiar sus datos de contacto.
sign-in-claim = Tengo un código de alta

## Sign in with a provider

hop-text = Le llevamos allí enseguida. Si no ocurre nada, pulse el botón.
oidc-away = A { $provider }
oidc-back = De vuelta de { $provider }
oidc-farewell = Cerrando la sesión de { $provider }
oidc-onward = Iniciar sesión de otra manera
oidc-onward-again = Volver al inicio de sesión
oidc-over-title = Este inicio de sesión ha terminado
oidc-over-text = Tardó demasiado, ya se usó o empezó en otro navegador. No ha cambiado nada. Empiece de nuevo aquí.
oidc-cancelled-title = No ha iniciado sesión
oidc-cancelled-text = El inicio de sesión con { $provider } se canceló allí. No ha cambiado nada. Puede intentarlo de nuevo cuando quiera.
oidc-refused-title = { $provider } no le ha dejado entrar
oidc-refused-text = Se negó sin dar un motivo para usted. Inténtelo de nuevo. Si vuelve a ocurrir, diga a su servicio de asistencia la referencia de abajo.
oidc-down-title = No se puede contactar con { $provider }
oidc-down-text = Esa manera de iniciar sesión no funciona en este momento. Lo que tiene registrado está a salvo. Inténtelo de nuevo en unos minutos.
oidc-issuer-title = La respuesta vino de otro lugar
oidc-issuer-text = No vino de { $provider }, así que no la usamos. No ha cambiado nada. Empiece de nuevo; si vuelve a ocurrir, diga a su servicio de asistencia la referencia de abajo.
oidc-audience-title = La respuesta no era para nosotros
oidc-audience-text = { $provider } respondió por usted ante otro servicio, así que no la usamos. Empiece de nuevo; si vuelve a ocurrir, diga a su servicio de asistencia la referencia de abajo.
oidc-nonce-title = La respuesta es de otro inicio de sesión
oidc-nonce-text = { $provider } respondió a algo que este navegador no preguntó, así que no lo usamos. Empiece de nuevo.
oidc-signature-title = No se puede comprobar la respuesta
oidc-signature-text = No pudimos asegurarnos de que venga de { $provider }, así que no la usamos. Inténtelo de nuevo en unos minutos; si vuelve a ocurrir, diga a su servicio de asistencia la referencia de abajo.
oidc-expired-title = La respuesta llegó demasiado tarde
oidc-expired-text = Lo que { $provider } dijo de usted ya no estaba vigente. Empiece de nuevo.
oidc-clock-title = Un reloj va mal
oidc-clock-text = El reloj de { $provider } y el nuestro difieren demasiado, así que no sabemos si la respuesta es nueva. No es culpa suya y no ha cambiado nada. Diga a su servicio de asistencia la referencia de abajo.
oidc-stale-title = Vuelva a iniciar sesión
oidc-stale-text = Inició sesión en { $provider } hace tiempo. Para esto necesitamos que lo haga ahora. Cierre la sesión allí y empiece de nuevo.
oidc-weak-title = Hace falta un inicio de sesión más seguro
oidc-weak-text = Inició sesión en { $provider }, pero no de la manera que se pide aquí, por ejemplo con un segundo paso. Configúrelo allí o consulte a su servicio de asistencia.
oidc-unnamed-title = { $provider } no nos dijo quién es usted
oidc-unnamed-text = En su respuesta falta lo que necesitamos para encontrar su cuenta, o no ha comprobado su dirección. Diga a su servicio de asistencia la referencia de abajo.
oidc-nobody-title = Aquí no hay una cuenta para usted
oidc-nobody-text = Inició sesión en { $provider }, pero no encontramos ninguna cuenta suya, o no exactamente una que pueda iniciar sesión. Consulte a su servicio de asistencia.
oidc-protected-title = Su cuenta necesita un inicio de sesión más seguro
oidc-protected-text = Las cuentas como la suya deben iniciar sesión con un segundo paso. Configúrelo en { $provider } o consulte a su servicio de asistencia.
signed-out-title = Ha cerrado la sesión
signed-out-text = Ha cerrado la sesión aquí y en su servicio de inicio de sesión. En un ordenador que usan otras personas, cierre todas las ventanas del navegador.

## Claim code

claim-title = Primer inicio de sesión con un código de alta
claim-lead = Su servicio de asistencia le dio este código porque aún no sabe ninguna contraseña. Sirve una vez. Después registra cómo localizarle y puede elegir usted mismo una contraseña.
claim-code-label = Código de alta
claim-code-hint = 32 letras y cifras, como en el papel. No importan las mayúsculas, los espacios ni los guiones.
claim-none = No tengo ningún código

## Registration: overview

register-title = ¡No pierda el acceso a su cuenta!
register-lead = Configure una sola vez los métodos siguientes. Si algún día olvida la contraseña, le devolverán el acceso.
register-enough = ¡Gracias! Usaremos los datos siguientes para recuperar su cuenta si olvida la contraseña. Pulse «Finalizar» para cerrar esta página.
row-phone-missing = El teléfono de autenticación no está configurado
row-email-missing = El correo de autenticación no está configurado
row-questions-missing = Las preguntas de seguridad no están configuradas
row-app-missing = La aplicación de autenticación no está configurada
row-passkey-missing = La clave de acceso no está configurada
row-codes-missing = Los códigos de recuperación no están configurados
row-phone-set = El teléfono de autenticación es { $value }
row-email-set = El correo de autenticación es { $value }
row-app-set = La aplicación de autenticación está configurada: { $value }
row-passkey-set = La clave de acceso está configurada: { $value }
row-app-another = Puede configurar otra aplicación en otro dispositivo.
row-passkey-another = Puede configurar otra clave de acceso en otro dispositivo.
row-questions-set =
    { $count ->
        [one] { $count } pregunta de seguridad configurada
       *[other] { $count } preguntas de seguridad configuradas
    }
row-codes-set =
    { $count ->
        [one] Queda { $count } código de recuperación
       *[other] Quedan { $count } códigos de recuperación
    }
row-worn = Hubo demasiados intentos incorrectos y ya no sirve para restablecer la contraseña. Cámbielo para configurarlo de nuevo.
row-one-worn = Hubo demasiados intentos incorrectos y ya no sirve para restablecer la contraseña. Quítela y configúrela de nuevo.
row-codes-few = Conviene crear códigos nuevos: pulse «Cambiar».
row-waits = Servirá para restablecer la contraseña a partir de: { $value }.
row-not-offered = Su organización ya no admite este medio para usted. Puede quitarlo.
readiness-ready = Aunque pierda uno de estos métodos, podrá restablecer su contraseña.
readiness-not-ready = Esto aún no basta para restablecer su contraseña. Configure otro de los medios de arriba o consulte al servicio de asistencia.
readiness-one-loss = Para mayor seguridad, configure uno más por si pierde alguno de estos: { $value }.
readiness-waits = Con estos métodos podrá restablecer su contraseña a partir de: { $value }.
state-verified = Verificado
state-missing = Sin configurar
set-up-now = Configurar ahora
change = Cambiar
add-another = Añadir otra
finish = Finalizar
looks-good = Todo correcto
still-right-title = ¿Sigue siendo correcto?
still-right-text = Ha pasado un tiempo. Revise la lista anterior y cambie lo que ya no esté al día.
frozen-title = La recuperación está detenida
frozen-text = Alguien indicó «No he sido yo» tras un cambio en su cuenta. Hasta que vuelva a permitirlo, nadie podrá restablecer aquí la contraseña, tampoco usted.
unfreeze = Volver a permitir la recuperación

## Registration: phone, email, questions

phone-title = Teléfono de autenticación
phone-lead = Verifique a continuación su número de teléfono de autenticación. Solo lo usamos para devolverle el acceso a su cuenta.
phone-choose = ¿Cómo le enviamos el código?
sent-sms = Hemos enviado a su teléfono un SMS con un código de verificación.
sent-voice = Estamos llamando a su teléfono. Una voz le leerá un código de verificación.
email-title = Correo de autenticación
email-lead = Verifique a continuación su dirección de correo de autenticación.
email-label = Correo de autenticación
suggested-phone = El directorio de su organización tiene este número para usted. Use otro si ya no es suyo.
suggested-email = El directorio de su organización tiene esta dirección para usted. Use otra si no puede leerla cuando no pueda entrar.
email-hint = Una dirección que pueda leer cuando no tenga acceso aquí, por ejemplo la personal.
email-me = Enviarme un correo
sent-email = Hemos enviado a su buzón un mensaje con un código de verificación.
app-lead = Una aplicación en su teléfono u ordenador muestra un código nuevo cada 30 segundos, también sin conexión. Sirve cualquiera que genere códigos para iniciar sesión.
app-name-label = Nombre de la aplicación o del dispositivo
app-name-hint = Para que lo reconozca después, por ejemplo «Mi teléfono».
app-begin = Continuar
app-begin-again = Empezar de nuevo con otro
app-given-summary = Mi dispositivo venía con una clave
app-given-label = Clave del dispositivo (opcional)
app-given-hint = Las letras y cifras que venían con él, o la dirección que empieza por otpauth:. Déjelo vacío si usa una aplicación en su teléfono.
app-given = «{ $value }» ya tiene su clave.
app-scan = Escanéelo con su aplicación o escriba en ella la clave siguiente, basada en tiempo.
app-qr = Código QR para su aplicación; la clave siguiente contiene lo mismo
app-key-label = Clave para escribir
app-key-once = No volverá a mostrarse cuando la aplicación esté configurada. No la comparta.
codes-lead = Diez códigos para guardar en papel, por si pierde el teléfono o no puede leer su correo. Cada uno sirve una sola vez, junto con otra prueba.
codes-make = Crear mis códigos
codes-make-others = Empezar de nuevo con otros códigos
codes-replace =
    { $count ->
        [one] Ya tiene un juego y le queda { $count } código. Sirve hasta que guarde uno nuevo; entonces se anulan todos sus códigos.
       *[other] Ya tiene un juego y le quedan { $count } códigos. Sirve hasta que guarde uno nuevo; entonces se anulan todos sus códigos.
    }
codes-address = Dónde usarlos
codes-made = Creados el
codes-key = Cada código sirve una sola vez. Guárdelos como una llave: quien los tenga está a medio camino de su cuenta.
codes-download = Descargar
codes-print = Imprimir
codes-copy = Copiar
codes-copied = Copiado
codes-print-hint = También puede imprimir esta página o anotar los códigos.
codes-saved = He guardado o impreso estos códigos
codes-saved-hint = Sirven en cuanto pulse el botón y no vuelven a mostrarse. Si no lo pulsa, se olvidan a las { $value }.
codes-keep = Usar estos códigos
recovery-code-title = Escriba un código de recuperación
recovery-code-told = Escriba uno de los códigos que guardó o imprimió y táchelo.
recovery-code-label = Código de recuperación
recovery-code-hint = 8 grupos de 4 letras y cifras; los espacios y las mayúsculas no importan.
app-code-lead = Después escriba el código que muestre la aplicación.
passkey-lead = Una clave de acceso demuestra que es usted con su huella, su cara, un PIN o una llave de seguridad. No hay que escribir nada y nadie se la puede sonsacar.
passkey-name-label = Nombre de la clave de acceso o del dispositivo
passkey-name-hint = Para que la reconozca después, por ejemplo «Mi portátil».
passkey-begin = Continuar
passkey-begin-again = Empezar de nuevo con otro nombre
passkey-make-lead = Pulse el botón y siga lo que muestre su navegador o su dispositivo.
passkey-make = Crear la clave de acceso
passkey-needs-script = Las claves de acceso necesitan JavaScript, que está desactivado en este navegador. Elija otra forma.
questions-title = Preguntas de seguridad
questions-lead = Seleccione las preguntas que quiera responder.
questions-rule =
    Su administrador exige configurar { $count ->
        [one] { $count } pregunta
       *[other] { $count } preguntas
    }, y las respuestas deben tener al menos { $least ->
        [one] { $least } carácter
       *[other] { $least } caracteres
    }.
question-label = Pregunta de seguridad { $number }
question-choose = Seleccione una pregunta
answer-label = Respuesta { $number }
save-answers = Guardar respuestas

## Registration: remove, confirm, done

remove-phone-title = ¿Quitar el teléfono de autenticación?
remove-email-title = ¿Quitar el correo de autenticación?
remove-app-title = ¿Quitar esta aplicación de autenticación?
remove-passkey-title = ¿Quitar esta clave de acceso?
remove-codes-title = ¿Quitar los códigos de recuperación?
remove-questions-title = ¿Quitar las preguntas de seguridad?
remove-text = Ya no le servirá para recuperar el acceso a su cuenta. Avisaremos a todos los números y direcciones que haya registrado.
remove-needed = Sin este medio ya no podrá restablecer la contraseña por su cuenta: configure antes otro.
keep-it = Conservar
confirm-title = Confirme que es usted
confirm-lead = Antes de cambiar lo registrado, demuestre que es usted con algo que registró anteriormente.
confirm-choose = Elija una opción
confirm-other = O elija otra opción
confirm-none = Nada de lo que registró puede confirmar que es usted. Consulte al servicio de asistencia.
confirm-none-waits = Lo que registró podrá confirmar que es usted a partir de: { $value }.
confirm-none-add =
    { $count ->
        [one] Añada otro medio. Podrá confirmar que es usted al cabo de { $count } hora.
       *[other] Añada otro medio. Podrá confirmar que es usted al cabo de { $count } horas.
    }
confirm-none-add-now = Añada otro medio. Podrá confirmar que es usted de inmediato.
confirm-app = Escriba el código que muestra ahora una de sus aplicaciones de autenticación.
confirm-passkey = Use una de las claves de acceso que registró.
registered-title = Todo listo
registered-text = Solo hay que configurarlo una vez. Si olvida la contraseña o se bloquea la cuenta, ya puede resolverlo por su cuenta.
registered-codes-title = Una cosa más: códigos de recuperación
registered-codes-text = Diez códigos en papel le ayudan si pierde el teléfono o no puede leer su correo. Se tarda un minuto.
registered-next = Puede cerrar esta página.
cancelled-title = Lo dejamos aquí
cancelled-text = Lo que ya verificó se conserva y su sesión está cerrada. Puede continuar cuando quiera.
cancelled-onward = Continuar ahora

## Methods and ways

method-phone = Teléfono de autenticación
method-email = Correo de autenticación
method-questions = Preguntas de seguridad
method-app = Aplicación de autenticación
method-passkey = Clave de acceso
method-codes = Códigos de recuperación
way-sms = SMS a mi teléfono
way-voice = Llamada a mi teléfono
way-email = Correo electrónico
way-app = Usar mi aplicación de autenticación
way-passkey = Usar mi clave de acceso
way-questions = Responder mis preguntas de seguridad
way-codes = Usar un código de recuperación impreso
way-sms-hint = Un código por SMS al teléfono que registró
way-voice-hint = Una voz le lee un código en el teléfono que registró
way-email-hint = Un código por correo a la dirección que registró
way-app-hint = El código que muestra la aplicación en un dispositivo que registró
way-passkey-hint = Su huella, su cara, su PIN o una llave de seguridad, en un dispositivo que registró
way-questions-hint = Las preguntas que eligió al registrarse
way-codes-hint = Uno de los códigos que guardó al registrarse
channel-sms = SMS
channel-voice = Llamada
channel-email = Correo

## Reset and unlock

step = Paso { $gate } de { $gates }
who-title = Recupere el acceso a su cuenta
who-lead = Díganos quién es. Le llevará unos dos minutos.
name-hint = El nombre con el que inicia sesión todos los días.
what-title = ¿Qué ha ocurrido?
goal-forgot = Olvidé mi contraseña
goal-forgot-hint = Elegirá una nueva.
goal-locked = Sé mi contraseña, pero sigo sin poder iniciar sesión
goal-locked-hint = Desbloquearemos su cuenta. La contraseña no cambia.
ways-title = Elija cómo demostrar que es usted
ways-lead = Todo el mundo ve esta misma lista. Elija algo que haya registrado.
ways-lead-next = Correcto. Por su seguridad necesitamos una prueba más, de otro tipo.
ways-none = Aquí no queda ninguna forma de continuar. El servicio de asistencia puede ayudarle.
number-title = ¿Qué teléfono registró?
number-lead = Escriba el número completo. El código solo se envía si es el número registrado para la cuenta.
code-title = Escriba el código de seguridad
code-sms = Si conocemos esta cuenta y el número es correcto, un SMS con un código de { $digits } dígitos va de camino.
code-voice = Si conocemos esta cuenta y el número es correcto, estamos llamando ahora para leer un código de { $digits } dígitos.
code-email = Si conocemos esta cuenta, un correo con un código de { $digits } dígitos va de camino a la dirección registrada.
code-app = Si hay una aplicación de autenticación registrada para esta cuenta, escriba el código que muestra ahora.
passkey-title = Use su clave de acceso
passkey-ask = Si esta cuenta tiene una clave de acceso, su navegador la pedirá cuando pulse el botón.
passkey-ask-first = ¿Su navegador no la ofrece? Empiece por otra forma: una clave de acceso también puede ser la segunda prueba.
code-app-hint = De 6 a 8 cifras; los espacios no importan. Cada 30 segundos aparece un código nuevo y cada uno sirve una sola vez.
arrival-waiting-sms = El SMS aún está en camino.
arrival-waiting-voice = El teléfono debería sonar en cualquier momento.
arrival-arrived-sms = El SMS ha llegado al teléfono.
arrival-arrived-voice = Se ha respondido a la llamada.
arrival-failed-sms = No se ha podido entregar el SMS. Es posible intentarlo de nuevo o de otra manera.
arrival-failed-voice = No se ha respondido a la llamada. Es posible intentarlo de nuevo o de otra manera.
answers-title = Responda sus preguntas de seguridad
answers-lead = Las mayúsculas y la puntuación no importan. Todas las respuestas se comprueban a la vez.
other-ways = Otras opciones
try-another-way = Probar otra forma
cannot-use = No puedo usar ninguna de estas
unlock-title = Ya puede desbloquear su cuenta
unlock-text = Ha demostrado que es usted. La contraseña no cambia.
unlock-button = Desbloquear mi cuenta
help-title = El servicio de asistencia puede ayudarle
help-text = Obtenga primero una referencia e indíquela al servicio de asistencia: así verán qué ha ocurrido sin tener que preguntárselo todo otra vez.
help-button = Obtener una referencia
help-given = Contacte con el servicio de asistencia e indique esta referencia.
help-reference = Referencia
help-desk = Servicio de asistencia
help-never = Nunca le pedirán una contraseña, un código de seguridad ni una respuesta.

## Passwords

new-password-title = Elija una contraseña nueva
new-password-lead = Para la cuenta { $value }
rules-title = Qué necesita la contraseña nueva
suggestion = ¿Sin ideas? Esta serviría:
use-this = Usar esta
set-password = Establecer contraseña nueva
change-title = Cambie su contraseña
change-must = Su organización le pide que elija una contraseña nueva antes de continuar.
change-button = Cambiar contraseña
changed-title = Su contraseña ha cambiado
changed-onward = Ver cómo podemos localizarle
rule-length =
    { $min ->
        [one] Al menos { $min } carácter. Varias palabras sin relación forman una buena contraseña.
       *[other] Al menos { $min } caracteres. Varias palabras sin relación forman una buena contraseña.
    }
rule-max =
    { $max ->
        [one] Como máximo { $max } carácter.
       *[other] Como máximo { $max } caracteres.
    }
rule-spaces-allowed = Se admiten espacios, acentos y cualquier otra letra.
rule-common = Que no sea muy común ni haya aparecido en un robo de datos.
rule-own-words = Sin su nombre, su nombre de usuario ni el nombre de su organización.
rule-banned = Sin palabras que su organización haya descartado.
rule-history = Que no la haya usado antes.
rule-history-current = Que no sea su contraseña actual.
rule-history-count =
    { $count ->
        [one] Que no sea su última contraseña ({ $count }).
       *[other] Que no sea ninguna de sus últimas { $count } contraseñas.
    }
directory-rules-title = El directorio de su organización pide además
directory-rule-kinds = Al menos { $count } de estos tipos: mayúsculas, minúsculas, cifras, signos de puntuación, letras de escrituras sin mayúsculas.
directory-rule-kinds-ascii = Al menos { $count } de estos tipos: mayúsculas de la A a la Z, minúsculas de la a a la z, cifras, signos de puntuación o espacios, otras letras o signos.
directory-rule-digits = Cifras: al menos { $count }.
directory-rule-letters = Letras de la A a la Z, mayúsculas o minúsculas: al menos { $count }.
directory-rule-capitals = Mayúsculas de la A a la Z: al menos { $count }.
directory-rule-smalls = Minúsculas de la a a la z: al menos { $count }.
directory-rule-specials = Signos de puntuación o espacios: al menos { $count }.
directory-rule-foreign = Letras o signos que no están en un teclado inglés, como é o ñ: al menos { $count }.
directory-rule-repeats = El mismo carácter seguido: como máximo { $count }.
directory-rule-names = Sin su nombre de usuario ni una parte de su nombre.
directory-rule-max-age-days = Días hasta que haya que cambiarla otra vez: { $count }.
directory-rule-max-age-hours = Horas hasta que haya que cambiarla otra vez: { $count }.
directory-rule-max-age-minutes = Minutos hasta que haya que cambiarla otra vez: { $count }.
directory-rule-min-age-days = Días antes de poder cambiarla de nuevo: { $count }.
directory-rule-min-age-hours = Horas antes de poder cambiarla de nuevo: { $count }.
directory-rule-min-age-minutes = Minutos antes de poder cambiarla de nuevo: { $count }.
directory-rule-more = Quizá algo más que no nos muestra. Si rechaza una contraseña se lo diremos, y podrá probar con otra.
strength-0 = Muy fácil de adivinar. Añada algunas palabras sin relación.
strength-1 = Fácil de adivinar. Añada algunas palabras sin relación.
strength-2 = Se podría adivinar. Una palabra más ayudaría.
strength-3 = Buena: difícil de adivinar.
strength-4 = Muy buena: muy difícil de adivinar.
done-reset-title = Su contraseña se ha restablecido
done-reset-text = La contraseña nueva funciona desde ahora en todos los sitios donde usa esta cuenta. Algunos dispositivos pueden pedirle que inicie sesión de nuevo.
done-unlock-title = Su cuenta vuelve a estar abierta
done-unlock-text = Su cuenta se bloqueó tras varias contraseñas incorrectas. Vuelve a estar abierta; la contraseña no ha cambiado.
done-told = Hemos avisado a todos los números y direcciones que registró, por si no ha sido usted.
done-lately-title = Configurado hace poco
done-lately-text = Si algo de esto no es suyo, quítelo ahora.
done-lately-link = Ver lo que hay registrado
done-codes-few = Conviene crear códigos nuevos.
done-where = Puede cerrar esta página e iniciar sesión como siempre.
done-sign-in = Ir al inicio de sesión

## "This wasn't me"

not-me-title = ¿No ha sido usted?
not-me-text = Si no ha pedido este cambio, deténgalo aquí. Nadie podrá restablecer aquí la contraseña hasta que usted o el servicio de asistencia lo permitan de nuevo, y se cerrarán todas las visitas abiertas.
not-me-button = No he sido yo
not-me-was-me = Si ha sido usted, no tiene que hacer nada: cierre esta página.
not-me-over = Este enlace ya se usó o es demasiado antiguo. Si algo no va bien en su cuenta, avise al servicio de asistencia.
not-me-done-title = Gracias. La recuperación está detenida
not-me-done-text = Ahora nadie puede restablecer aquí su contraseña, y todas las visitas abiertas se han cerrado.
not-me-next = Avise ahora al servicio de asistencia. Si todavía sabe su contraseña, inicie sesión y cámbiela.

## The demonstration

demo-title = Mensajes de esta demostración
demo-lead = Aquí aparece, empezando por lo más reciente, todo lo que se habría enviado por SMS, llamada o correo.
demo-refresh = Volver a mirar
demo-empty = Todavía no se ha enviado nada.

## What was wrong with a form

fault-must-choose = Elija una de estas opciones.
fault-name-empty = Escriba su nombre de usuario.
fault-name-long = Es demasiado largo para un nombre de usuario. Revíselo e inténtelo de nuevo.
fault-sign-in = Ese nombre y esa contraseña no permiten entrar. Revise ambos. Si lo ha intentado varias veces, la cuenta puede estar bloqueada: use «No puedo iniciar sesión» más abajo para desbloquearla o restablecer la contraseña.
fault-sign-in-or-provider = Ese nombre y esa contraseña no permiten entrar. Revise ambos o use uno de los botones de arriba: algunas cuentas solo pueden iniciar sesión así. Si lo ha intentado varias veces, la cuenta puede estar bloqueada: use «No puedo iniciar sesión» más abajo para desbloquearla o restablecer la contraseña.
fault-sign-in-disabled = Su contraseña es correcta, pero la cuenta está deshabilitada. Consulte al servicio de asistencia.
fault-sign-in-ended = Su contraseña es correcta, pero la cuenta ha caducado. Consulte al servicio de asistencia.
fault-sign-in-not-now = Su contraseña es correcta, pero la cuenta no puede iniciar sesión a esta hora o desde aquí. Inténtelo en su horario habitual o consulte al servicio de asistencia.
fault-claim-empty = Introduzca el código que le dieron.
fault-claim-shape = Ese no es un código de alta completo: falta algo o hay un error. Son 8 grupos de 4 letras y cifras. Compárelo con su papel; esto no ha contado como intento.
fault-claim = Ese nombre y ese código no le permiten entrar. Compruebe ambos. Un código sirve una vez y por un tiempo limitado: pida otro a su servicio de asistencia.
fault-claim-disabled = Su código es correcto, pero la cuenta está desactivada. Consulte al servicio de asistencia.
fault-claim-frozen = Su código es correcto, pero la recuperación de la cuenta está detenida porque alguien dijo «no fui yo». Consulte al servicio de asistencia.
fault-claim-finished = Su código es correcto, pero ya hay algo registrado para su cuenta. Inicie sesión con su contraseña, restablézcala o consulte al servicio de asistencia.
fault-claim-by-provider = Su código es correcto, pero las cuentas como la suya deben iniciar sesión con uno de los botones de la página de inicio de sesión.
fault-code-wrong = Ese no es el código que enviamos. Revíselo e inténtelo de nuevo.
fault-code-shape =
    { $digits ->
        [one] El código tiene { $digits } dígito.
       *[other] El código tiene { $digits } dígitos. Escríbalos todos.
    }
fault-code-expired = Ese código ha caducado. Pida otro con «Intentar de nuevo».
fault-code-spent = Ese código se ha probado demasiadas veces. Pida otro o elija otra forma.
fault-app-code-wrong = Ese no es el código que muestra ahora su aplicación, o ya se ha usado. Espere al siguiente. Si ninguno es correcto, deje que su dispositivo ajuste la hora automáticamente.
fault-app-clock-behind =
    { $minutes ->
        [one] El reloj de su dispositivo va atrasado cerca de { $minutes } minuto. Deje que ponga la hora por sí solo y escriba el código que muestre entonces.
       *[other] El reloj de su dispositivo va atrasado unos { $minutes } minutos. Deje que ponga la hora por sí solo y escriba el código que muestre entonces.
    }
fault-app-clock-ahead =
    { $minutes ->
        [one] El reloj de su dispositivo va adelantado cerca de { $minutes } minuto. Deje que ponga la hora por sí solo y escriba el código que muestre entonces.
       *[other] El reloj de su dispositivo va adelantado unos { $minutes } minutos. Deje que ponga la hora por sí solo y escriba el código que muestre entonces.
    }
fault-app-over = Ha tardado demasiado o se ha intentado demasiadas veces. Empiece de nuevo o elija otra forma.
fault-passkey-wrong = Esa clave de acceso no demuestra aquí que es usted. Use una que haya registrado para esta cuenta o elija otra forma.
fault-passkey-over = Ha tardado demasiado o se ha intentado demasiadas veces. Empiece de nuevo o elija otra forma.
fault-passkey-model = Su organización no acepta claves de acceso de este tipo de dispositivo. Use otro.
fault-passkey-cancelled = Se canceló la clave de acceso o tardó demasiado. No se ha perdido nada: inténtelo de nuevo o elija otra forma.
fault-passkey-unsupported = Este navegador no puede usar claves de acceso. Elija otra forma o use otro navegador o dispositivo.
fault-passkey-exists = Este dispositivo o llave de seguridad ya tiene una clave de acceso suya. Use otro.
fault-passkey-insecure = El navegador no permite claves de acceso en esta dirección. Abra la página en su dirección habitual o elija otra forma.
fault-passkey-other = La clave de acceso no ha funcionado. Inténtelo de nuevo o elija otra forma.
fault-recovery-code-wrong = Ese no es uno de sus códigos de recuperación, o ya se ha usado. Compárelo con su hoja o use otro.
fault-recovery-code-shape = Ese no es un código de recuperación completo: falta algo o hay un error. Son 8 grupos de 4 letras y cifras. Compárelo con su hoja; esto no ha contado como intento.
fault-codes-saved = Guarde o imprima primero los códigos y luego marque la casilla.
fault-codes-over = Esos códigos se volvieron a crear en otra ventana o se mostraron demasiado tiempo. No sirven: guarde los que ve ahora o cree otros.
fault-too-many-of-them = No se pueden configurar más. Quite antes una.
fault-label-empty = Escriba un nombre.
fault-label-long = Use un nombre de 40 caracteres como máximo.
fault-label-signs = Use letras, cifras y espacios en el nombre.
fault-app-key-shape = Eso no es una clave: tiene letras de la A a la Z y cifras del 2 al 7, o empieza por otpauth:.
fault-app-key-short = Esa clave es demasiado corta para ser segura. Deje el campo vacío y use una aplicación.
fault-app-key-counted = Este dispositivo cambia su código al pulsar un botón y no con la hora. Solo sirven los que los cambian con la hora.
fault-app-key-unknown = Este dispositivo genera sus códigos de una forma que no se admite. Deje la clave vacía y use una aplicación.
fault-again-wait =
    { $seconds ->
        [one] Espere { $seconds } segundo antes de pedir otro código.
       *[other] Espere { $seconds } segundos antes de pedir otro código.
    }
fault-sends-spent = Ahora no podemos enviar más códigos. Elija otra forma o empiece de nuevo más tarde.
fault-too-many = Ha habido demasiados intentos. Vuelva a intentarlo después de: { $until }.
fault-answers-wrong = No todas las respuestas coinciden. Revíselas e inténtelo de nuevo.
fault-minimum = Configure al menos { $count } más de los métodos siguientes antes de finalizar.
fault-minimum-resistant = Configure una clave de acceso o códigos de recuperación antes de finalizar.
fault-minimum-beyond = Para restablecer la contraseña, su cuenta necesita más de lo que su organización ofrece aquí. Consulte al servicio de asistencia.
fault-method-used = Eso ya sirvió como prueba, o lleva al mismo teléfono o buzón. Elija otra forma.
fault-directory-busy = No podemos acceder al lugar donde se guardan las contraseñas. No ha cambiado nada. Inténtelo de nuevo en un minuto.
fault-directory-not-allowed = El lugar donde se guardan las contraseñas no nos permite cambiar esta cuenta, y volver a intentarlo no servirá de nada. No ha cambiado nada. Consulte con el servicio de asistencia.
fault-current-wrong = Esa no es su contraseña actual.
fault-passwords-differ = Las dos contraseñas no son iguales.
fault-phone-empty = Escriba su número de teléfono.
fault-phone-not-a-number = Un número de teléfono solo tiene dígitos, espacios, paréntesis y el signo más.
fault-phone-too-short = Ese número es demasiado corto. Compruebe que no falte ningún dígito.
fault-phone-too-long = Ese número es demasiado largo. Compruebe que no sobre ningún dígito.
fault-phone-not-valid = Ese número no existe en este país o región. Revise ambos.
fault-phone-extension = No podemos marcar una extensión. Escriba un número directo.
fault-phone-country = No podemos enviar códigos a este país o región. Use otro número.
fault-phone-kind = No podemos enviar códigos a este tipo de número. Use un móvil o un fijo.
fault-email-empty = Escriba su dirección de correo.
fault-email-not-an-address = Una dirección de correo es del tipo nombre@example.com. Revise la suya.
fault-email-too-long = Esa dirección es demasiado larga. Use una más corta.
fault-email-own-domain = Esa dirección es de su organización: no podría leerla si se queda sin acceso. Use otra, por ejemplo la personal.
fault-password-empty = Escriba una contraseña.
fault-password-too-short =
    { $min ->
        [one] Use al menos { $min } carácter.
       *[other] Use al menos { $min } caracteres. Bastan unas palabras más.
    }
fault-password-too-long =
    { $max ->
        [one] Use como máximo { $max } carácter.
       *[other] Use como máximo { $max } caracteres.
    }
fault-password-common = Esa contraseña es demasiado conocida: es muy común o apareció en un robo de datos. Elija otra.
fault-password-own-word = Una contraseña que contiene «{ $word }» es fácil de adivinar para quien le conoce. Elija otra.
fault-password-banned = Su organización ha descartado esa contraseña. Elija otra.
fault-password-control = Esa contraseña contiene un carácter que no se puede teclear al iniciar sesión, como un salto de línea. Quítelo.
fault-password-used = Ya usó antes esa contraseña. Elija otra.
fault-password-too-soon = Esta contraseña se cambió hace muy poco. El directorio de su organización pide esperar antes de volver a cambiarla.
fault-password-too-short-for-directory = Esa contraseña es demasiado corta para el directorio de su organización. Elija una más larga.
fault-password-directory = Su directorio no acepta esta contraseña. Elija otra.
fault-password-same-as-current = Esa es su contraseña actual. Elija otra.
fault-password-too-soon-until = Esta contraseña se cambió hace muy poco. El directorio de su organización permite cambiarla de nuevo a partir de { $until }.
fault-password-few-kinds = El directorio de su organización pide al menos { $count } de los tipos de caracteres indicados encima del campo. Añada otro tipo.
fault-password-few-digits = El directorio de su organización pide más cifras: al menos { $count }.
fault-password-few-letters = El directorio de su organización pide más letras de la A a la Z: al menos { $count }.
fault-password-few-capitals = El directorio de su organización pide más mayúsculas de la A a la Z: al menos { $count }.
fault-password-few-smalls = El directorio de su organización pide más minúsculas de la a a la z: al menos { $count }.
fault-password-few-specials = El directorio de su organización pide más signos de puntuación o espacios: al menos { $count }.
fault-password-few-foreign = El directorio de su organización pide más letras o signos que no están en un teclado inglés, como é o ñ: al menos { $count }.
fault-password-repeats = El directorio de su organización admite el mismo carácter seguido como máximo { $count }. Ponga otra cosa en medio.
fault-password-directory-name = El directorio de su organización no admite contraseñas que contengan «{ $word }», porque es parte de su nombre. Elija otra.
fault-password-one-of-these = Esta contraseña no cumple la regla de longitud, de caracteres, de historial o de antigüedad del directorio de su organización; no dice cuál. Las reglas están encima del campo: pruebe una que no haya usado nunca.
fault-answer-empty = Escriba una respuesta.
fault-answer-too-short =
    { $min ->
        [one] La respuesta debe tener al menos { $min } carácter.
       *[other] La respuesta debe tener al menos { $min } caracteres.
    }
fault-answer-too-long =
    { $max ->
        [one] La respuesta debe tener como máximo { $max } carácter.
       *[other] La respuesta debe tener como máximo { $max } caracteres.
    }
fault-answer-same = Ya dio esa respuesta a otra pregunta. Cada respuesta debe ser distinta.
fault-answer-in-question = La propia pregunta ya revela esa respuesta. Elija otra.
fault-answer-in-name-or-address = Esa respuesta forma parte de su nombre o dirección. Elija otra.
fault-answer-too-common = Esa respuesta es demasiado fácil de adivinar. Elija otra.
fault-question-missing = Seleccione una pregunta.
fault-question-repeated = Ha seleccionado esa pregunta dos veces. Cada pregunta solo puede usarse una vez.
fault-question-unknown = Esa pregunta ya no se ofrece. Seleccione otra.

## Your security

security-link = Inicios de sesión y actividad reciente
security-title = Su seguridad
security-lead = Dónde tiene la sesión abierta, qué ha registrado y qué ha ocurrido últimamente. Si algo de esto no ha sido usted: cierre allí la sesión, cambie la contraseña y avise al servicio de asistencia.
security-sessions = Dónde tiene la sesión abierta
security-here = Este navegador
security-unknown-browser = Otro programa
security-since = Sesión iniciada: { $value }
security-seen = Último uso: { $value }
security-from = Desde { $value }
security-sign-out-others = Cerrar las demás sesiones
security-signed-out = Sesión cerrada allí.
security-methods = Lo que hay registrado
security-no-methods = Nada todavía.
security-verified = Configurado: { $value }
security-served = Último uso: { $value }
security-not-served = Sin usar todavía
security-earlier = Registrado anteriormente
security-removed = Quitado: { $value }
security-events = Lo que ha ocurrido últimamente
event-sign-in = Inició sesión
event-password-changed = Se cambió la contraseña
event-reset = Se restableció la contraseña
event-unlock = Se desbloqueó la cuenta
event-method-added = Se añadió una forma de demostrar quién es
event-method-changed = Se cambió una forma de demostrar quién es
event-method-removed = Se quitó una forma de demostrar quién es
event-passkey-back = Es posible que se haya copiado una de sus claves de acceso
event-recovery-code-used = Se usó un código de recuperación
event-frozen = Se detuvo la recuperación: «no he sido yo»
event-unfrozen = Se volvió a permitir la recuperación
event-session-ended = Cerró la sesión de otro navegador
event-password-set = Un administrador estableció la contraseña
event-unlocked = Un administrador desbloqueó la cuenta
event-disabled = Un administrador desactivó la cuenta
event-enabled = Un administrador activó la cuenta

## What just happened

news-phone-verified = Su número de teléfono está verificado.
news-email-verified = Su dirección de correo está verificada.
news-app-added = Su aplicación de autenticación está configurada.
news-passkey-added = Su clave de acceso está configurada.
news-passkey-second = Su clave de acceso está configurada. No puede ser la primera prueba de un restablecimiento: empiece por otra forma y úsela después.
news-codes-kept = Sus códigos de recuperación están configurados.
news-questions-saved = Sus respuestas se han guardado.
news-removed = Se ha quitado.
news-confirmed = Gracias. Volveremos a preguntarle cuando toque.
news-unfrozen = La recuperación vuelve a estar permitida.

## Pages that only say something

onward-start = Ir a la página de inicio
unknown-title = Todavía no sabemos si ha funcionado
unknown-text = El lugar donde se guardan las contraseñas recibió su petición, pero no ha respondido. Lo estamos averiguando. Espere dos minutos y continúe: verá si ha funcionado o podrá intentarlo de nuevo.
unknown-change-text = El lugar donde se guardan las contraseñas recibió su petición, pero no ha respondido. Lo estamos averiguando y le avisaremos si su contraseña se cambió. Mientras tanto, pruebe primero la contraseña nueva y después la antigua.
flow-over-title = Esta visita ha terminado
flow-over-text = Por su seguridad, una visita termina a los { $minutes } minutos. No se ha cambiado nada. Empiece de nuevo.
flow-over-onward = Empezar de nuevo
locked-out-title = No podemos continuar aquí
locked-out-text = Por su seguridad, esta visita está cerrada. Inténtelo de nuevo mañana o póngase en contacto con el servicio de asistencia.
error-400-title = No lo hemos entendido
error-400-text = A la petición le faltaba algo o cambió por el camino. No se ha hecho nada. Vuelva atrás e inténtelo de nuevo.
error-403-title = Eso no está permitido
error-403-text = La página estuvo abierta demasiado tiempo o la petición vino de otro sitio. No se ha hecho nada. Abra la página de nuevo.
error-404-title = Esa página no existe
error-404-text = Puede que la dirección esté mal escrita o que la página haya cambiado de sitio.
error-405-title = Eso no se puede hacer aquí
error-405-text = Esta dirección no admite ese tipo de petición. Empiece por la página de inicio.
error-408-title = Ha tardado demasiado
error-408-text = La conexión era demasiado lenta y dejamos de esperar. No se ha hecho nada. Inténtelo de nuevo.
error-409-title = Alguien se ha adelantado
error-409-text = La misma visita continuó en otra ventana. Mire allí o abra la página de nuevo.
error-413-title = Es demasiado
error-413-text = La petición era mayor que cualquier cosa que necesite esta página. No se ha hecho nada.
error-415-title = No podemos leerlo
error-415-text = La petición llegó en un formato que esta página no conoce. No se ha hecho nada.
error-422-title = Algo no encaja
error-422-text = Lo enviado no puede ser correcto. No se ha hecho nada. Vuelva atrás y revíselo.
error-429-title = Demasiadas peticiones
error-429-text = Ha habido demasiadas peticiones en poco tiempo. Espere unos minutos e inténtelo de nuevo.
error-500-title = Algo ha fallado
error-500-text = El fallo es nuestro y ha quedado anotado. Inténtelo de nuevo en un minuto. Si continúa, indique al servicio de asistencia la referencia de abajo.
error-503-title = No disponible en este momento
error-503-text = Algo de lo que dependemos no responde. No ha cambiado nada. Inténtelo de nuevo en un minuto.

## Text messages with a code

sms-code-reset =
    Restablecer contraseña, { $organisation }: { $code }. No lo comparta. ¿No fue usted? Avise a soporte.

    @{ $host } #{ $code }
sms-code-unlock =
    Desbloquear cuenta, { $organisation }: { $code }. No lo comparta. ¿No fue usted? Avise a soporte.

    @{ $host } #{ $code }
sms-code-enrol =
    Registrar teléfono, { $organisation }: { $code }. No lo comparta. ¿No fue usted? Ignore este mensaje.

    @{ $host } #{ $code }
sms-code-confirm =
    Confirmar cambio, { $organisation }: { $code }. No lo comparta. ¿No fue usted? Avise a soporte.

    @{ $host } #{ $code }
sms-code-test =
    Mensaje de prueba, { $organisation }: { $code }. Las cifras no abren nada. No hay nada que hacer.

    @{ $host } #{ $code }

## Words that say what the text above is for

sms-words-reset = contraseña, clave
sms-words-unlock = desbloque
sms-words-enrol = registr, verific
sms-words-confirm = confirm, cambi
sms-words-test = prueba

## Calls with a code

voice-code-reset = Hola. Le llamamos de { $organisation } con el código para restablecer su contraseña. No lo comparta con nadie. Si no lo ha pedido, cuelgue y avise al servicio de asistencia.
voice-code-unlock = Hola. Le llamamos de { $organisation } con el código para desbloquear su cuenta. No lo comparta con nadie. Si no lo ha pedido, cuelgue y avise al servicio de asistencia.
voice-code-enrol = Hola. Le llamamos de { $organisation } con el código para registrar este teléfono. No lo comparta con nadie. Si no lo ha pedido, simplemente cuelgue.
voice-code-confirm = Hola. Le llamamos de { $organisation } con el código para confirmar un cambio en su cuenta. No lo comparta con nadie. Si no lo ha pedido, cuelgue y avise al servicio de asistencia.
voice-code-test = Hola. Le llamamos de { $organisation } para probar si llegan las llamadas. El número no abre nada y no hay nada que hacer.
voice-language = es-US
voice-speaker = Polly.Lupe
voice-press = Pulse cualquier tecla para oír el código.
voice-digits = Su código es:
voice-once-more = Repetimos:
voice-again = Pulse 1 para oírlo otra vez.
voice-goodbye = Adiós.

## Mails with a code

mail-code-reset-subject = { $organisation }: su código para restablecer la contraseña
mail-code-reset-body =
    Hola:

    Alguien ha pedido restablecer la contraseña de su cuenta en { $organisation }. El código de seguridad es:

    { $code }

    Es válido hasta las { $until }. Escríbalo solo en la página donde lo pidió. No lo comparta: nadie de { $organisation } se lo pedirá.

    Si no ha sido usted, no pase el código a nadie. Hasta ahora no ha cambiado nada. Avise al servicio de asistencia.
mail-code-unlock-subject = { $organisation }: su código para desbloquear la cuenta
mail-code-unlock-body =
    Hola:

    Alguien ha pedido desbloquear su cuenta en { $organisation }. El código de seguridad es:

    { $code }

    Es válido hasta las { $until }. Escríbalo solo en la página donde lo pidió. No lo comparta: nadie de { $organisation } se lo pedirá.

    Si no ha sido usted, no pase el código a nadie. Hasta ahora no ha cambiado nada. Avise al servicio de asistencia.
mail-code-enrol-subject = { $organisation }: su código para verificar esta dirección
mail-code-enrol-body =
    Hola:

    Alguien quiere registrar esta dirección para recuperar el acceso a una cuenta en { $organisation }. El código de verificación es:

    { $code }

    Es válido hasta las { $until }. Escríbalo solo en la página donde lo pidió. No lo comparta: nadie de { $organisation } se lo pedirá.

    Si no ha sido usted, no tiene que hacer nada: sin el código, esta dirección no se registra.
mail-code-confirm-subject = { $organisation }: su código para confirmar un cambio
mail-code-confirm-body =
    Hola:

    Alguien que ha iniciado sesión en su cuenta de { $organisation } quiere cambiar sus datos de contacto. El código de seguridad es:

    { $code }

    Es válido hasta las { $until }. Escríbalo solo en la página donde lo pidió. No lo comparta: nadie de { $organisation } se lo pedirá.

    Si no ha sido usted, no pase el código a nadie. Alguien sabe su contraseña: cámbiela y avise al servicio de asistencia.
mail-code-test-subject = { $organisation }: mensaje de prueba
mail-code-test-body =
    Hola:

    { $organisation } prueba si llegan los correos. El número de este no abre nada:

    { $code }

    Uno de verdad sería válido hasta las { $until }. No hay nada que hacer.

## Notices

notice-reset-subject = { $organisation }: se ha restablecido su contraseña
notice-reset-body =
    Hola:

    La contraseña de la cuenta { $name } en { $organisation } se restableció: { $at }.

    Si ha sido usted, no tiene que hacer nada.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-reset-sms = { $organisation }: se restableció la contraseña de { $name }. ¿No fue usted? { $link }
notice-unlock-subject = { $organisation }: se ha desbloqueado su cuenta
notice-unlock-body =
    Hola:

    La cuenta { $name } en { $organisation } se desbloqueó: { $at }. La contraseña no ha cambiado.

    Si ha sido usted, no tiene que hacer nada.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-unlock-sms = { $organisation }: se desbloqueó la cuenta { $name }. ¿No fue usted? { $link }
notice-changed-subject = { $organisation }: se ha cambiado su contraseña
notice-changed-body =
    Hola:

    Alguien con la sesión iniciada cambió la contraseña de la cuenta { $name } en { $organisation }: { $at }.

    Si ha sido usted, no tiene que hacer nada.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-changed-sms = { $organisation }: se cambió la contraseña de { $name }. ¿No fue usted? { $link }
notice-method-added-subject = { $organisation }: se ha añadido una forma de acceso a su cuenta
notice-method-added-body =
    Hola:

    Se registró una nueva forma de recuperar el acceso a la cuenta { $name } en { $organisation }: { $method } ({ $at }).

    Si ha sido usted, no tiene que hacer nada.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-method-added-sms = { $organisation }: nuevo en { $name }: { $method }. ¿No fue usted? { $link }
notice-method-changed-subject = { $organisation }: se ha cambiado una forma de acceso a su cuenta
notice-method-changed-body =
    Hola:

    Se cambió una forma de recuperar el acceso a la cuenta { $name } en { $organisation }: { $method } ({ $at }).

    Si ha sido usted, no tiene que hacer nada.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-method-changed-sms = { $organisation }: cambio en { $name }: { $method }. ¿No fue usted? { $link }
notice-method-removed-subject = { $organisation }: se ha quitado una forma de acceso a su cuenta
notice-method-removed-body =
    Hola:

    Se quitó una forma de recuperar el acceso a la cuenta { $name } en { $organisation }: { $method } ({ $at }).

    Si ha sido usted, no tiene que hacer nada.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-method-removed-sms = { $organisation }: quitado de { $name }: { $method }. ¿No fue usted? { $link }
notice-passkey-back-subject = { $organisation }: es posible que se haya copiado una clave de acceso suya
notice-passkey-back-body =
    Hola:

    Se usó una clave de acceso de la cuenta { $name } en { $organisation } ({ $at }) y su contador había retrocedido. Es posible que alguien tenga una copia.

    Si la usó usted en ese momento, quite esa clave de acceso, configure una nueva y avise al servicio de asistencia.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-passkey-back-sms = { $organisation }: quizá se copió una clave de acceso de { $name }. ¿No fue usted? { $link }
notice-code-used-subject = { $organisation }: se ha usado un código de recuperación
notice-code-used-body =
    Hola:

    Se usó uno de los códigos de recuperación de la cuenta { $name } en { $organisation } ({ $at }). { $left ->
        [one] Queda { $left } código.
       *[other] Quedan { $left } códigos.
    }

    Si ha sido usted, no tiene que hacer nada. Cuando queden pocos, inicie sesión y cree otros.

    Si no ha sido usted, abra esta página y pulse el botón:
    { $link }
notice-code-used-sms = { $organisation }: código de recuperación de { $name } usado, quedan { $left }. ¿No fue usted? { $link }
notice-frozen-subject = { $organisation }: la recuperación de su cuenta está detenida
notice-frozen-body =
    Hola:

    Alguien indicó «No he sido yo» sobre la cuenta { $name } en { $organisation }: { $at }. Ahora nadie puede restablecer su contraseña aquí.

    Avise al servicio de asistencia. Si todavía sabe su contraseña, puede iniciar sesión y volver a permitir la recuperación.
notice-frozen-sms = { $organisation }: la recuperación de { $name } está detenida. Avise al servicio de asistencia.
notice-unfrozen-subject = { $organisation }: la recuperación de su cuenta vuelve a estar permitida
notice-unfrozen-body =
    Hola:

    La recuperación de la cuenta { $name } en { $organisation } vuelve a estar permitida: { $at }.

    Si no ha sido usted, avise de inmediato al servicio de asistencia.
notice-unfrozen-sms = { $organisation }: la recuperación de { $name } vuelve a estar permitida. ¿No fue usted? Avise al servicio de asistencia.

## What administrators are told

alert-stopped-subject = { $organisation }: no se pueden registrar números de { $country }
alert-stopped-body =
    Hola:

    De { $sent } códigos enviados a números nuevos de { $country } se usaron { $used }. Es posible que alguien cobre por estos mensajes. Durante { $hours } horas no saldrán códigos hacia números nuevos de allí; quienes ya tienen su número registrado no se ven afectados.

    «keymend messages status» muestra más; «keymend messages resume { $country }» lo termina antes.

    { $host }, { $at }
alert-unused-subject = { $organisation }: casi ningún código de restablecimiento para { $country } se usa
alert-unused-body =
    Hola:

    De { $sent } códigos de restablecimiento enviados a teléfonos de { $country } se usaron { $used }. O no llegan, o alguien inicia restablecimientos de otras personas. No se ha detenido nada.

    «keymend messages status» muestra más; «keymend doctor» prueba las pasarelas.

    { $host }, { $at }
alert-spent-subject = { $organisation }: el presupuesto { $budget } está agotado
alert-spent-body =
    Hola:

    El presupuesto «{ $budget }» para mensajes está agotado. Los códigos a teléfonos a los que se aplica no se envían hasta que vuelva a haber margen. Los correos y los avisos de cambios siguen saliendo.

    Si es un uso normal, amplíelo en [limits]. Si no, «keymend messages status» muestra adónde van los códigos.

    { $host }, { $at }

## The questions that policy may offer

question-bedtime-song = ¿Qué canción le cantaban al acostarse?
question-bedtime-story = ¿Qué cuento pedía que le contaran una y otra vez?
question-best-hiding-place = ¿Dónde se escondía de pequeño o pequeña cuando no quería que le encontraran?
question-book-character = ¿Qué personaje de un libro quería ser en su infancia?
question-book-never-finished = ¿Qué libro ha empezado más de una vez sin terminarlo nunca?
question-broken-in-secret = ¿Qué rompió una vez sin confesarlo nunca?
question-childhood-collection = ¿Qué cosa poco común coleccionaba en su infancia?
question-childhood-fear = ¿Qué cosa imaginaria le daba miedo por la noche de niño o niña?
question-cousin-nickname = ¿Cómo llamaba a su primo o prima mayor en su infancia?
question-dinner-with-history = ¿A qué persona de la historia invitaría a cenar?
question-dish-burnt = ¿Qué plato le salió tan mal que todavía lo recuerda?
question-dish-refused = ¿Qué plato se negaba siempre a comer en su infancia?
question-family-car-name = ¿Qué nombre le puso su familia a un coche o a una bicicleta?
question-family-word = ¿Qué palabra se usa solo en su familia?
question-film-walked-out = ¿Qué película dejó de ver a la mitad?
question-first-concert = ¿Quién tocaba en el primer concierto al que fue?
question-first-device-name = ¿Qué nombre le puso a su primer ordenador o teléfono?
question-first-dish-cooked = ¿Cuál fue el primer plato que cocinó para otras personas?
question-first-earned-money = ¿En qué tienda, granja u otro lugar ganó dinero por primera vez?
question-first-game-won = ¿Cuál fue el primer juego que jugó hasta el final?
question-first-hill = ¿Cuál fue la primera colina o montaña a la que subió?
question-first-landlord = ¿Cuál era el apellido de la primera persona que le alquiló una vivienda?
question-first-poem = ¿Cuál fue el primer poema que se aprendió de memoria?
question-first-savings = ¿Para qué ahorró dinero por primera vez?
question-first-soft-toy = ¿Cómo se llamaba el peluche con el que dormía?
question-first-team = ¿Cómo se llamaba el primer equipo, coro o club al que perteneció?
question-first-trip-alone = ¿A qué ciudad viajó por primera vez en solitario?
question-first-wild-animal = ¿Cuál es el primer animal salvaje que recuerda haber visto de cerca?
question-foreign-word = ¿Cuál fue la primera palabra que aprendió en una lengua extranjera?
question-grandparent-pet-name = ¿Con qué apodo cariñoso le llamaban sus abuelos?
question-holiday-friend = ¿Cómo se llamaba alguien a quien conoció en unas vacaciones y no volvió a ver?
question-holiday-rain = ¿Dónde pasó las vacaciones con el peor tiempo?
question-imaginary-friend = ¿Cómo se llamaba su amigo imaginario o amiga imaginaria?
question-learned-bicycle = ¿En qué calle, patio o camino aprendió a montar en bicicleta?
question-learned-swimming = ¿En qué lago, río, mar o piscina aprendió a nadar?
question-lost-for-good = ¿Qué perdió en su infancia que todavía echa de menos?
question-lucky-charm = ¿Qué guarda o guardaba como amuleto de la suerte?
question-met-far-away = ¿En qué lugar lejano se encontró por casualidad con alguien conocido?
question-missed-departure = ¿Adónde iba cuando perdió un tren, un autobús o un avión?
question-museum-piece = ¿Qué objeto o cuadro de un museo recuerda mejor?
question-neighbours-pet = ¿Cómo se llamaba un animal de sus vecinos en el lugar donde creció?
question-oldest-thing-owned = ¿Cuál es el objeto más antiguo que posee?
question-pen-friend-town = ¿En qué ciudad vivía un amigo o una amiga por carta o a distancia?
question-plant-kept-alive = ¿Qué planta ha mantenido viva más tiempo?
question-ringtone = ¿Qué melodía era el tono de su primer teléfono móvil?
question-school-neighbour = ¿Quién se sentaba a su lado en su primer año de colegio?
question-school-play = ¿Qué papel hizo en una función del colegio?
question-song-of-a-summer = ¿Qué canción le recuerda un verano concreto?
question-strange-present = ¿Cuál fue el regalo más extraño que le han hecho?
question-sweet-shop = ¿Cómo se llamaba la tienda donde compraba golosinas en su infancia?
question-teacher-nickname = ¿Qué apodo le pusieron los alumnos a un profesor o una profesora suya?
question-toy-never-had = ¿Qué juguete quiso siempre y nunca tuvo?
question-word-mispronounced = ¿Qué palabra pronunció mal durante años?
question-wrong-bus = ¿Adónde llegó una vez por error?

## Countries and regions (names of the Unicode CLDR)

region-ac = Isla de la Ascensión
region-ad = Andorra
region-ae = Emiratos Árabes Unidos
region-af = Afganistán
region-ag = Antigua y Barbuda
region-ai = Anguila
region-al = Albania
region-am = Armenia
region-ao = Angola
region-ar = Argentina
region-as = Samoa Americana
region-at = Austria
region-au = Australia
region-aw = Aruba
region-ax = Islas Aland
region-az = Azerbaiyán
region-ba = Bosnia y Herzegovina
region-bb = Barbados
region-bd = Bangladés
region-be = Bélgica
region-bf = Burkina Faso
region-bg = Bulgaria
region-bh = Baréin
region-bi = Burundi
region-bj = Benín
region-bl = San Bartolomé
region-bm = Bermudas
region-bn = Brunéi
region-bo = Bolivia
region-bq = Caribe neerlandés
region-br = Brasil
region-bs = Bahamas
region-bt = Bután
region-bw = Botsuana
region-by = Bielorrusia
region-bz = Belice
region-ca = Canadá
region-cc = Islas Cocos
region-cd = República Democrática del Congo
region-cf = República Centroafricana
region-cg = Congo
region-ch = Suiza
region-ci = Côte d’Ivoire
region-ck = Islas Cook
region-cl = Chile
region-cm = Camerún
region-cn = China
region-co = Colombia
region-cr = Costa Rica
region-cu = Cuba
region-cv = Cabo Verde
region-cw = Curazao
region-cx = Isla de Navidad
region-cy = Chipre
region-cz = Chequia
region-de = Alemania
region-dj = Yibuti
region-dk = Dinamarca
region-dm = Dominica
region-do = República Dominicana
region-dz = Argelia
region-ec = Ecuador
region-ee = Estonia
region-eg = Egipto
region-eh = Sáhara Occidental
region-er = Eritrea
region-es = España
region-et = Etiopía
region-fi = Finlandia
region-fj = Fiyi
region-fk = Islas Malvinas
region-fm = Micronesia
region-fo = Islas Feroe
region-fr = Francia
region-ga = Gabón
region-gb = Reino Unido
region-gd = Granada
region-ge = Georgia
region-gf = Guayana Francesa
region-gg = Guernesey
region-gh = Ghana
region-gi = Gibraltar
region-gl = Groenlandia
region-gm = Gambia
region-gn = Guinea
region-gp = Guadalupe
region-gq = Guinea Ecuatorial
region-gr = Grecia
region-gt = Guatemala
region-gu = Guam
region-gw = Guinea-Bisáu
region-gy = Guyana
region-hk = RAE de Hong Kong (China)
region-hn = Honduras
region-hr = Croacia
region-ht = Haití
region-hu = Hungría
region-id = Indonesia
region-ie = Irlanda
region-il = Israel
region-im = Isla de Man
region-in = India
region-io = Territorio Británico del Océano Índico
region-iq = Irak
region-ir = Irán
region-is = Islandia
region-it = Italia
region-je = Jersey
region-jm = Jamaica
region-jo = Jordania
region-jp = Japón
region-ke = Kenia
region-kg = Kirguistán
region-kh = Camboya
region-ki = Kiribati
region-km = Comoras
region-kn = San Cristóbal y Nieves
region-kp = Corea del Norte
region-kr = Corea del Sur
region-kw = Kuwait
region-ky = Islas Caimán
region-kz = Kazajistán
region-la = Laos
region-lb = Líbano
region-lc = Santa Lucía
region-li = Liechtenstein
region-lk = Sri Lanka
region-lr = Liberia
region-ls = Lesoto
region-lt = Lituania
region-lu = Luxemburgo
region-lv = Letonia
region-ly = Libia
region-ma = Marruecos
region-mc = Mónaco
region-md = Moldavia
region-me = Montenegro
region-mf = San Martín
region-mg = Madagascar
region-mh = Islas Marshall
region-mk = Macedonia del Norte
region-ml = Mali
region-mm = Myanmar (Birmania)
region-mn = Mongolia
region-mo = RAE de Macao (China)
region-mp = Islas Marianas del Norte
region-mq = Martinica
region-mr = Mauritania
region-ms = Montserrat
region-mt = Malta
region-mu = Mauricio
region-mv = Maldivas
region-mw = Malaui
region-mx = México
region-my = Malasia
region-mz = Mozambique
region-na = Namibia
region-nc = Nueva Caledonia
region-ne = Níger
region-nf = Isla Norfolk
region-ng = Nigeria
region-ni = Nicaragua
region-nl = Países Bajos
region-no = Noruega
region-np = Nepal
region-nr = Nauru
region-nu = Niue
region-nz = Nueva Zelanda
region-om = Omán
region-pa = Panamá
region-pe = Perú
region-pf = Polinesia Francesa
region-pg = Papúa Nueva Guinea
region-ph = Filipinas
region-pk = Pakistán
region-pl = Polonia
region-pm = San Pedro y Miquelón
region-pr = Puerto Rico
region-ps = Territorios Palestinos
region-pt = Portugal
region-pw = Palaos
region-py = Paraguay
region-qa = Catar
region-re = Reunión
region-ro = Rumanía
region-rs = Serbia
region-ru = Rusia
region-rw = Ruanda
region-sa = Arabia Saudí
region-sb = Islas Salomón
region-sc = Seychelles
region-sd = Sudán
region-se = Suecia
region-sg = Singapur
region-sh = Santa Elena
region-si = Eslovenia
region-sj = Svalbard y Jan Mayen
region-sk = Eslovaquia
region-sl = Sierra Leona
region-sm = San Marino
region-sn = Senegal
region-so = Somalia
region-sr = Surinam
region-ss = Sudán del Sur
region-st = Santo Tomé y Príncipe
region-sv = El Salvador
region-sx = Sint Maarten
region-sy = Siria
region-sz = Esuatini
region-ta = Tristán de Acuña
region-tc = Islas Turcas y Caicos
region-td = Chad
region-tg = Togo
region-th = Tailandia
region-tj = Tayikistán
region-tk = Tokelau
region-tl = Timor-Leste
region-tm = Turkmenistán
region-tn = Túnez
region-to = Tonga
region-tr = Turquía
region-tt = Trinidad y Tobago
region-tv = Tuvalu
region-tw = Taiwán
region-tz = Tanzania
region-ua = Ucrania
region-ug = Uganda
region-us = Estados Unidos
region-uy = Uruguay
region-uz = Uzbekistán
region-va = Ciudad del Vaticano
region-vc = San Vicente y las Granadinas
region-ve = Venezuela
region-vg = Islas Vírgenes Británicas
region-vi = Islas Vírgenes de EE. UU.
region-vn = Vietnam
region-vu = Vanuatu
region-wf = Wallis y Futuna
region-ws = Samoa
region-xk = Kosovo
region-ye = Yemen
region-yt = Mayotte
region-za = Sudáfrica
region-zm = Zambia
region-zw = Zimbabue
