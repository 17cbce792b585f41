import { serveTraining } from "./training-server.js";

const PAGE_SLICE = 10;

/**
 * A training at work: in a worker made of `source`, or, where a page may have none, in the page itself, a little at a time. It
 * begins with the first order; `tell` gets every answer. What was ordered before a worker was refused is ordered again.
 */
export function linkTraining(source, tell) {
  let port, worker, orders; // the orders that nobody has answered yet; null: there was an answer

  function open() {
    try {
      const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      worker = port = new Worker(address);
      URL.revokeObjectURL(address);
      worker.onerror = event => {
        event.preventDefault();
        if (orders) { openInPage(); }
      };
    } catch {
      openInPage();
      return;
    }
    listen();
  }

  function openInPage() {
    worker?.terminate();
    worker = null;
    const channel = new MessageChannel();
    serveTraining(channel.port1, PAGE_SLICE);
    port = channel.port2;
    listen();
    for (const order of orders) { port.postMessage(order); }
  }

  function listen() {
    port.onmessage = event => {
      orders = null;
      tell(event.data);
    };
  }

  function send(order) {
    if (!port) {
      orders = [];
      open();
    }
    orders?.push(order);
    port.postMessage(order);
  }

  function close() {
    if (worker) {
      worker.terminate();
    } else {
      port?.postMessage({ order: "pause" });
      port?.close();
    }
    port = worker = null;
  }

  return { send, close, get isOpen() { return Boolean(port); } };
}
