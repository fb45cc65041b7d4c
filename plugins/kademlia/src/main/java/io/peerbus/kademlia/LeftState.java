package io.peerbus.kademlia;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.peerbus.kademlia.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.PeerId;
import java.util.ArrayList;
import java.util.List;

/**
 * What a machine leaves to the one that goes on in its place: its table, the peers it began with, how large it takes the
 * network to be, its counters, and its stores where they are in memory only. Lookups and requests that are under way are
 * not left. Stateless, any thread.
 */
public final class LeftState {

  /** Of the stores. Limits that are higher still would have the node hold all of it three times over. */
  private static final long MOST_BYTES = 512L << 20;

  private LeftState() {}

  static StateProto.State.Builder write(long now, Peers peers, List<Contact> bootstrap, Operations operations,
      Counters counters) {
    StateProto.State.Builder state = StateProto.State.newBuilder();
    for (RoutingTable.Row row : peers.table.rows()) {
      state.addTable(StateProto.Row.newBuilder().setContact(contact(row.contact()))
          .setAddedAgo(now - row.addedAt()).setAliveAgo(now - row.aliveAt()).setFailures(row.failures()));
    }
    bootstrap.forEach(contact -> state.addBootstrap(contact(contact)));
    state.addAllSizes(operations.sizes().all());
    for (Counter counter : Counter.values()) {
      state.putCounts(counter.name(), counters.get(counter));
    }
    return state;
  }

  /** Adds what is in the stores. */
  public static void addStores(StateProto.State.Builder state, Storages storages) {
    long[] left = {MOST_BYTES};
    storages.byName().forEach((name, storage) -> {
      StateProto.Store.Builder store = StateProto.Store.newBuilder().setName(name);
      storage.forEach((key, value) -> {
        left[0] -= key.length + value.length;
        if (left[0] >= 0) {
          store.addEntries(StateProto.Entry.newBuilder().setKey(wrap(key)).setValue(wrap(value)));
        }
      });
      state.addStores(store);
    });
  }

  /** Puts the stores that were left into these, behind what is there. */
  public static void fill(StateProto.State state, Storages storages) {
    for (StateProto.Store store : state.getStoresList()) {
      Storage storage = storages.byName().get(store.getName());
      if (storage != null) {
        for (StateProto.Entry entry : store.getEntriesList()) {
          byte[] key = entry.getKey().toByteArray();
          if (storage.get(key) == null) {
            storage.put(key, entry.getValue().toByteArray());
          }
        }
      }
    }
  }

  static List<RoutingTable.Row> table(long now, StateProto.State state) throws FormatException {
    List<RoutingTable.Row> rows = new ArrayList<>();
    for (StateProto.Row row : state.getTableList()) {
      rows.add(new RoutingTable.Row(0, contact(row.getContact()), now - row.getAddedAgo(), now - row.getAliveAgo(),
          row.getFailures()));
    }
    return rows;
  }

  static List<Contact> bootstrap(StateProto.State state) throws FormatException {
    List<Contact> contacts = new ArrayList<>();
    for (StateProto.Contact contact : state.getBootstrapList()) {
      contacts.add(contact(contact));
    }
    return contacts;
  }

  private static StateProto.Contact contact(Contact contact) {
    return StateProto.Contact.newBuilder().setPeer(wrap(contact.peer().toBytes()))
        .addAllAddresses(contact.addresses().stream().map(address -> wrap(address.toBytes())).toList()).build();
  }

  private static Contact contact(StateProto.Contact contact) throws FormatException {
    List<Multiaddr> addresses = new ArrayList<>();
    for (ByteString address : contact.getAddressesList()) {
      addresses.add(Multiaddr.of(address.toByteArray()));
    }
    return new Contact(PeerId.of(contact.getPeer().toByteArray()), addresses);
  }

  private static ByteString wrap(byte[] bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
