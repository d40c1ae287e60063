/** General has no number of its own: to send to topic 1 is an error. */
const GENERAL = 1;

/** The forum topic that a message stands in; in other groups a thread is only a chain of answers, which nothing can be sent to. */
export function threadOf(
  message: { is_topic_message?: boolean; message_thread_id?: number } | undefined,
): number | undefined {
  const { is_topic_message: isTopic, message_thread_id: thread } = message ?? {};
  return isTopic && thread !== GENERAL ? thread : undefined;
}
