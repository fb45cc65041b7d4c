package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.bus.Addresses;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The attached plugins and their leases. Owned by the host's context.
 *
 * <p>A lease that is not renewed in time is dropped: a plugin that died without a word, on another member of a cluster
 * say, would otherwise keep its protocol ids for ever.
 */
final class Clients {

  /** How long a lease lasts, in nanoseconds. Plugins renew three times as often. */
  static final long LEASE = 30_000_000_000L;

  /** How often {@link #expired} is to be asked, in nanoseconds. */
  static final long CHECK = 5_000_000_000L;

  /** More plugins than this are refused. One that attaches in a loop could otherwise fill the memory. */
  private static final int MAX_CLIENTS = 1024;

  private final Addresses addresses;
  private final Map<Long, Client> clients = new LinkedHashMap<>();
  private final Map<Long, Long> expiry = new LinkedHashMap<>();
  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private long last;
  private boolean checked;
  private long checkedAt;

  /**
   * @param before the number before the first client's, 0 to 2^30. It must differ from run to run of a node, or one
   *     plugin would take the lease that another got from the node's next run for its own.
   */
  Clients(Addresses addresses, int before) {
    this.addresses = addresses;
    this.last = before;
  }

  /** The youngest client of a plugin, or {@code null}. */
  Client youngest(String plugin) {
    Client found = null;
    for (Client client : clients.values()) {
      found = client.plugin().equals(plugin) ? client : found;
    }
    return found;
  }

  Client attach(long now, String plugin, boolean successor, Budget budget) {
    if (clients.size() >= MAX_CLIENTS) {
      throw Failure.LIMIT_REACHED.because("limit of " + MAX_CLIENTS + " attached plugins reached");
    }
    long number = ++last;
    Client client = new Client(number, plugin, addresses.inbox(number), successor, account(plugin, budget));
    clients.put(number, client);
    expiry.put(number, now + LEASE);
    return client;
  }

  /** One for each name; it outlasts its clients as long as there is room, so that its count of refusals does. */
  private Account account(String plugin, Budget budget) {
    if (!accounts.containsKey(plugin) && accounts.size() >= MAX_CLIENTS) {
      accounts.keySet().stream().filter(name -> youngest(name) == null).findFirst().ifPresent(accounts::remove);
    }
    Account account = accounts.computeIfAbsent(plugin, name -> new Account(name, budget));
    account.setBudget(budget);
    return account;
  }

  /** Of every plugin that is or was attached. */
  List<Account> accounts() {
    return List.copyOf(accounts.values());
  }

  /** All of them by number, not to be changed. */
  Map<Long, Client> snapshot() {
    return Map.copyOf(clients);
  }

  Client require(long number) {
    Client client = clients.get(number);
    if (client == null) {
      throw Failure.NOT_FOUND.because("no plugin is attached as client " + number + "; attach first");
    }
    return client;
  }

  void renew(long now, long number) {
    require(number);
    expiry.put(number, now + LEASE);
  }

  void detach(long number) {
    clients.remove(number);
    expiry.remove(number);
  }

  /**
   * Those whose lease has run out. When nobody asked for long, the process was stopped or starved: then no plugin
   * could renew either, and that time does not count.
   */
  List<Client> expired(long now) {
    long since = checked ? now - checkedAt : 0;
    if (since > 2 * CHECK) {
      expiry.replaceAll((number, at) -> at + since);
    }
    checked = true;
    checkedAt = now;
    List<Client> expired = new ArrayList<>();
    expiry.forEach((number, at) -> {
      if (now - at >= 0) {
        expired.add(clients.get(number));
      }
    });
    return expired;
  }
}
