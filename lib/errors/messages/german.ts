import type { CompleteTranslation } from './texts';

/** German, and a pattern for other languages: `createErrorFunctions(host, { messages: { de: germanMessages } })`. */
export const germanMessages: CompleteTranslation = {
  timeout: {
    title: 'Das hat zu lange gedauert',
    message: 'Die Antwort kam nicht rechtzeitig, deshalb wurde abgebrochen.',
    action: 'Bitte gleich noch einmal versuchen; eine kleinere Anfrage kann helfen.',
  },
  upstream_error: {
    title: 'Dienst nicht verfügbar',
    message: 'Ein Dienst, der hierfür gebraucht wird, hat nicht wie vorgesehen geantwortet.',
    action: 'Bitte in einigen Minuten noch einmal versuchen.',
  },
  parse_error: {
    title: 'Eingabe nicht verstanden',
    message: 'Etwas hatte nicht die erwartete Form.',
    action: 'Bitte die Eingabe prüfen und noch einmal versuchen.',
  },
  config_error: {
    title: 'Nicht richtig eingerichtet',
    message: 'Etwas ist nicht so eingestellt, wie es sein müsste; an Ihnen liegt es nicht.',
    action: 'Bitte die Betreiber dieses Dienstes verständigen; ein neuer Versuch hilft nicht.',
  },
  permission_error: {
    title: 'Nicht erlaubt',
    message: 'Der Zugriff auf etwas, das hierfür gebraucht wird, wurde verweigert.',
    action: 'Bitte prüfen, ob Sie mit dem richtigen Konto angemeldet sind, oder um Zugriff bitten.',
  },
  session_error: {
    title: 'Sitzung beendet',
    message: 'Ihre Sitzung ist beendet oder wurde nicht gefunden.',
    action: 'Bitte eine neue Sitzung beginnen und noch einmal versuchen.',
  },
  lock_error: {
    title: 'In Benutzung',
    message: 'Etwas, das hierfür gebraucht wird, ist gerade in Benutzung.',
    action: 'Bitte einen Augenblick warten und noch einmal versuchen.',
  },
  unknown: {
    title: 'Etwas ist schiefgegangen',
    message: 'Ein unerwarteter Fehler ist aufgetreten.',
    action: 'Bitte noch einmal versuchen; tritt er wieder auf, um Hilfe bitten.',
  },
  id: 'Fehlernummer: {id}',
  quote: 'Bitte geben Sie diese Nummer an, wenn Sie um Hilfe bitten.',
};
