-- What a browser watches. Rows are sent to those who may read them, by row level security.

alter publication supabase_realtime add table public.documents, public.document_events;
