-- What rule owners changed is read from the log before each decision: few events, found at once however long the log.
create index event_of_rules on es.event (notification_id) where stream = 'rules';
