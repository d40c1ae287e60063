import { api } from './api.js';
import { createBanner } from './banner.js';
import { createChat } from './chat.js';
import { createTheme } from './theme.js';

const retry = 2000;

createTheme(document.getElementById('theme'));
start(createBanner(document.getElementById('banner')));

/** Asks the sandbox who and what there is, until it answers, then opens the chat. */
async function start(banner) {
  try {
    const roster = await api.roster();
    banner.hide();
    createChat(roster, banner);
  } catch (error) {
    banner.show(error.message);
    setTimeout(() => start(banner), retry);
  }
}
