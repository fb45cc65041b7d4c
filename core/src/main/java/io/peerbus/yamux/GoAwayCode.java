package io.peerbus.yamux;

/**
 * Why a session ends, as its GoAway frame says it: 0 to 2 are those of the yamux spec, those from 0x1000 on are
 * go-libp2p's connection errors, any other number is possible on receipt.
 *
 * @param value 0 to 2^32-1
 */
public record GoAwayCode(long value) {

  public static final GoAwayCode NORMAL = new GoAwayCode(0);
  public static final GoAwayCode PROTOCOL_ERROR = new GoAwayCode(1);
  public static final GoAwayCode INTERNAL_ERROR = new GoAwayCode(2);
  public static final GoAwayCode NEGOTIATION_FAILED = new GoAwayCode(0x1000);
  public static final GoAwayCode RESOURCE_LIMIT = new GoAwayCode(0x1001);
  public static final GoAwayCode RATE_LIMITED = new GoAwayCode(0x1002);
  public static final GoAwayCode PROTOCOL_VIOLATION = new GoAwayCode(0x1003);
  public static final GoAwayCode SUPPLANTED = new GoAwayCode(0x1004);
  public static final GoAwayCode GARBAGE_COLLECTED = new GoAwayCode(0x1005);
  public static final GoAwayCode SHUTDOWN = new GoAwayCode(0x1006);
  public static final GoAwayCode GATED = new GoAwayCode(0x1007);
  public static final GoAwayCode OUT_OF_RANGE = new GoAwayCode(0x1008);

  private static final long MAX = 0xffff_ffffL;

  public GoAwayCode {
    if (value < 0 || value > MAX) {
      throw new IllegalArgumentException("value: " + value + " is not within 0 to " + MAX);
    }
  }

  @Override
  public String toString() {
    String name = name();
    String number = value < 0x1000 ? Long.toString(value) : "0x" + Long.toHexString(value);
    return name == null ? number : name + " (" + number + ")";
  }

  private String name() {
    if (value <= 2) {
      return switch ((int) value) {
        case 0 -> "normal";
        case 1 -> "protocol error";
        default -> "internal error";
      };
    }
    return switch ((int) value) {
      case 0x1000 -> "negotiation failed";
      case 0x1001 -> "resource limit";
      case 0x1002 -> "rate limited";
      case 0x1003 -> "protocol violation";
      case 0x1004 -> "supplanted";
      case 0x1005 -> "garbage collected";
      case 0x1006 -> "shutdown";
      case 0x1007 -> "gated";
      case 0x1008 -> "code out of range";
      default -> null;
    };
  }
}
