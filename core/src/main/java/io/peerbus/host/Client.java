package io.peerbus.host;

/**
 * A plugin that is attached to the node.
 *
 * @param number unique in this node, the upper half of the ids of the streams that it opens
 * @param plugin its name, for messages
 * @param inbox where its frames go
 * @param successor whether it may take over what earlier clients of the same plugin serve
 * @param account what the plugin has, against its budget
 */
record Client(long number, String plugin, String inbox, boolean successor, Account account) {

  /** One that only opens streams. */
  Client(long number, String plugin, String inbox, Account account) {
    this(number, plugin, inbox, false, account);
  }

  /** The same with another of its inboxes. */
  Client at(String inbox) {
    return inbox.equals(this.inbox) ? this : new Client(number, plugin, inbox, successor, account);
  }

  /** Whether that is its inbox, or one that it has on an event loop of connections. */
  boolean hasInbox(String address) {
    return address.equals(inbox) || address.startsWith(inbox + ".");
  }

  /** Whether it may serve what {@code other} serves now. */
  boolean succeeds(Client other) {
    return successor && plugin.equals(other.plugin) && number > other.number;
  }
}
