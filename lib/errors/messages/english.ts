import type { CompleteTranslation } from './texts';

/** What people read unless another language is asked for and given. */
export const englishMessages: CompleteTranslation = {
  timeout: {
    title: 'That took too long',
    message: 'The answer did not come in time, so it was given up.',
    action: 'Please try again in a moment; a smaller request may help.',
  },
  upstream_error: {
    title: 'Service not available',
    message: 'A service that is needed for this did not answer as it should.',
    action: 'Please try again in a few minutes.',
  },
  parse_error: {
    title: 'Input not understood',
    message: 'Something was not in the form that was expected.',
    action: 'Please check what you entered and try again.',
  },
  config_error: {
    title: 'Not set up correctly',
    message: 'Something is not configured as it should be; you did nothing wrong.',
    action: 'Please tell those who run this service; trying again will not help.',
  },
  permission_error: {
    title: 'Not allowed',
    message: 'Access to something that is needed for this was refused.',
    action: 'Please check that you are signed in with the right account, or ask for access.',
  },
  session_error: {
    title: 'Session ended',
    message: 'Your session has ended or was not found.',
    action: 'Please start a new session and try again.',
  },
  lock_error: {
    title: 'In use',
    message: 'Something that is needed for this is in use at the moment.',
    action: 'Please wait a moment and try again.',
  },
  unknown: {
    title: 'Something went wrong',
    message: 'An error occurred that was not expected.',
    action: 'Please try again; if it happens again, ask for help.',
  },
  id: 'Error ID: {id}',
  quote: 'Please quote this ID when you ask for help.',
};
