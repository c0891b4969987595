import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import sun.misc.Signal;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A chat client in Java: one selector, which a thread of the keyboard wakes; java runs the source file itself. */
class Client {
    record Request(String text, String answer, int tries) { }

    private final DatagramChannel channel = DatagramChannel.open();
    private final Selector selector = Selector.open();
    private final Queue<String> typed = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private final Set<Long> printed = new HashSet<>();
    private int tries = 0;
    private long due = 0;
    private int number = 1;
    private boolean leaving = false;
    private boolean joined = false;

    Client(String host, int port, String name) throws IOException {
        channel.connect(new InetSocketAddress(host, port));
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ);
        requests.add(new Request("HELLO " + name, "WELCOME " + name, 20));
    }

    private void type(String line) {
        typed.add(line);
        selector.wakeup();
    }

    private void readKeyboard() {
        try (var reader = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
            for (String line; (line = reader.readLine()) != null; ) {
                type(line);
            }
        } catch (IOException error) {
            // is the end, too
        }
        type("/quit");
    }

    private void send(String text) {
        try {
            channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
        } catch (IOException error) {
            // nobody is there: that is noticed by the silence
        }
    }

    int run() throws IOException {
        while (true) {
            long now = System.nanoTime() / 1_000_000;
            if (!requests.isEmpty() && now >= due) {
                Request request = requests.peek();
                if (tries++ == request.tries) {
                    if (request.text.equals("BYE")) {
                        return 0;
                    }
                    System.err.println("Nobody answers.");
                    return 1;
                }
                send(request.text);
                due = now + 250;
            }
            selector.select(requests.isEmpty() ? 0 : Math.max(1, due - now));
            selector.selectedKeys().clear();
            Integer status = receiveAll();
            if (status != null) {
                return status;
            }
            for (String line; joined && (line = typed.poll()) != null; ) {
                say(line);
            }
        }
    }

    private void say(String line) {
        String text = "SAY " + number + " " + line;
        if (leaving || line.isEmpty()) {
            return;
        }
        if (line.equals("/quit")) {
            leaving = true;
            requests.add(new Request("BYE", "BYE", 4));
        } else if (text.getBytes(UTF_8).length > 1200) {
            System.out.println("This line does not go into one datagram.");
        } else {
            requests.add(new Request(text, "OK " + number++, 20));
        }
    }

    private void done() {
        requests.remove();
        tries = 0;
        due = 0;
    }

    private Integer receiveAll() {
        ByteBuffer buffer = ByteBuffer.allocate(65536);
        while (true) {
            String text;
            try {
                buffer.clear();
                if (channel.read(buffer) < 0 || buffer.position() == 0) {  // none, or an empty one: select() says if there are more
                    return null;
                }
                text = UTF_8.newDecoder().decode(buffer.flip()).toString();
            } catch (java.nio.charset.CharacterCodingException noText) {
                continue;
            } catch (IOException error) {
                return null;
            }
            String[] fields = text.split(" ", 4);
            Request request = requests.peek();
            if (fields[0].equals("MSG") && fields.length == 4 && fields[1].matches("\\d{1,10}")) {
                if (printed.add(Long.parseLong(fields[1]))) {
                    System.out.println(fields[2] + ": " + fields[3]);
                }
                send("GOT " + fields[1]);
            } else if (request != null && text.equals(request.answer)) {
                if (text.equals("BYE")) {
                    return 0;
                }
                joined = true;
                done();
            } else if (request != null && fields[0].equals("ERROR") && fields.length > 2) {
                System.err.println("The server: " + text);
                if (!joined) {
                    return 1;
                }
                done();
            }
        }
    }

    public static void main(String[] args) throws IOException {
        if (args.length != 3 || !args[1].matches("0*[1-9]\\d{0,4}") || Integer.parseInt(args[1]) > 65535
                || !args[2].matches("[\\w-]{1,20}")) {
            System.err.println("usage: start.sh HOST PORT NAME");
            System.exit(2);
        }
        int status = 1;
        try {
            Client client = new Client(args[0], Integer.parseInt(args[1]), args[2]);
            Signal.handle(new Signal("INT"), signal -> {
                if (!client.joined) {
                    Runtime.getRuntime().halt(0);
                }
                client.type("/quit");
            });
            Thread keyboard = new Thread(client::readKeyboard);
            keyboard.setDaemon(true);
            keyboard.start();
            status = client.run();
        } catch (IOException | java.nio.channels.UnresolvedAddressException error) {
            System.err.println("No chat: " + error);
        }
        System.exit(status);
    }
}
